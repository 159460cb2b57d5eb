"""The steps, one file each; they do not know each other. `mtag.tagger` puts them in order."""
