// Package s3test is a bucket in memory for tests: it speaks as much of S3's protocol as keeping files takes, over HTTP, and is as
// strict as the protocol allows. Every request must bear a right signature (AWS Signature Version 4), every body the checksums
// it announces. It knows nothing of who keeps files in it.
package s3test
