// Package backup writes a deployment's data folder and its database into one file, and takes such a file apart again. The file
// is a zip:
//
//	data/…         what lay in the data folder: files, keys, the notebook of signed heads
//	database.dump  the database, as pg_dump's custom format has it
//	SHA256SUMS     a line for each of these, as sha256sum writes and reads it
//	manifest.json  what made it, when and from what
//
// It knows nothing of casinos, and of the database only how it is dumped and loaded. Which moment is kept: the database's is
// one, that of its snapshot. Files are looked for before and after it, so that each that the snapshot names is there; one more
// than it names is no harm. Everything else is copied before it.
package backup
