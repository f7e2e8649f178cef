"""The screen Danh mục: procedures, versions of the catalogue, document templates."""
