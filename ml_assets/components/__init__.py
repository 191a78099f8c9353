"""Components: a model is one YAML file."""

from ml_assets.components.training_pipeline import TrainingPipelineComponent

__all__ = ["TrainingPipelineComponent"]
