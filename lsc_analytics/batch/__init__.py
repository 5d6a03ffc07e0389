"""The batch: which reports are due, each notebook run once through Papermill, and the manifest that says how it went."""
