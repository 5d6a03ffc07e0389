"""The batch: which reports are due, each notebook run once through Papermill, and the manifest that says how it went."""

# Papermill imports our engine, by its entry point, while it is itself imported. Whoever imports the engine first must
# find Papermill already on its way, or each would wait for a name of the other.
import papermill as papermill
