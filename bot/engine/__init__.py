"""What runs the steps of the pipeline."""
