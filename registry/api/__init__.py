"""The REST API's common ground: who may ask, what may be asked, how lists are walked, how errors are told.

Settings name its parts by module, and this file stays empty: REST framework reads the settings while it is imported.
"""
