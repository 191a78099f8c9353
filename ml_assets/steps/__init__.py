"""What the product does: one module, one step."""
