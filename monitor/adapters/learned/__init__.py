"""The learned second opinion: embeddings, linear models and the search by likeness.

Everything here needs the extra `semantic`, which is met nowhere else.
"""
