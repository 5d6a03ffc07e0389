"""From executed notebooks to pages that readers open: rendering, the catalogue, the landing page, Voilà."""
