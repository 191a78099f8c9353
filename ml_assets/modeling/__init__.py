"""From record batches to a logged model. Imported only inside the functions that need it."""

import os

# LightGBM's threads would spin while they wait for each other, and a fit on a machine that does
# anything else would take several times as long. Read once, when LightGBM is loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
