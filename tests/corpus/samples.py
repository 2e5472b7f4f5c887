"""All samples of the corpus."""

from tests.corpus import archives, bundles, declarations, doubles, packed, papers, snapshots, tables, xml

SAMPLES = [
    *tables.SAMPLES,
    *xml.SAMPLES,
    *declarations.SAMPLES,
    *archives.SAMPLES,
    *bundles.SAMPLES,
    *packed.SAMPLES,
    *papers.SAMPLES,
    *snapshots.SAMPLES,
    *doubles.SAMPLES,
]
