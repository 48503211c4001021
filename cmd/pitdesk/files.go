package main

import (
	"context"
	"fmt"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"

	"pitdesk/internal/blob"
	"pitdesk/internal/pg"
)

// Bucket is where files are when they aren't in the data folder.
type Bucket struct {
	Endpoint  string `env:"PITDESK_S3_ENDPOINT" name:"s3-endpoint" help:"S3 server that files are kept on, such as https://s3.eu-central-1.amazonaws.com. Empty: files are kept in the data folder."`
	Region    string `env:"PITDESK_S3_REGION" name:"s3-region" default:"us-east-1" help:"Region that requests to the S3 server are signed for."`
	Name      string `env:"PITDESK_S3_BUCKET" name:"s3-bucket" help:"Bucket that files are kept in; it must be there."`
	Prefix    string `env:"PITDESK_S3_PREFIX" name:"s3-prefix" help:"What stands before every file's key in the bucket, such as desk."`
	AccessKey string `env:"PITDESK_S3_ACCESS_KEY" name:"s3-access-key" help:"Who we are at the S3 server."`
	SecretKey string `env:"PITDESK_S3_SECRET_KEY" name:"s3-secret-key" help:"The access key's secret."`

	endpoint *url.URL
}

var (
	// bucketForm is what S3 takes for a name (docs.aws.amazon.com, "Bucket naming rules").
	bucketForm = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)
	prefixForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,80}(/[A-Za-z0-9_-]{1,80}){0,4}$`)
)

func (b *Bucket) resolve() error {
	needed := []struct{ setting, value string }{{"PITDESK_S3_BUCKET", b.Name}, {"PITDESK_S3_ACCESS_KEY", b.AccessKey}, {"PITDESK_S3_SECRET_KEY", b.SecretKey}}
	if b.Endpoint == "" {
		for _, n := range needed {
			if n.value != "" {
				return fmt.Errorf("%s is set, PITDESK_S3_ENDPOINT isn't: set both, or neither", n.setting)
			}
		}
		return nil
	}
	var err error
	b.endpoint, err = url.Parse(b.Endpoint)
	if err != nil || (b.endpoint.Scheme != "http" && b.endpoint.Scheme != "https") || b.endpoint.Hostname() == "" || strings.Trim(b.endpoint.Path, "/") != "" {
		return fmt.Errorf("PITDESK_S3_ENDPOINT %q: want http:// or https://, a host, and no path", b.Endpoint)
	}
	for _, n := range needed {
		if n.value == "" {
			return fmt.Errorf("PITDESK_S3_ENDPOINT is set, %s isn't: a bucket needs it", n.setting)
		}
	}
	if !bucketForm.MatchString(b.Name) {
		return fmt.Errorf("PITDESK_S3_BUCKET %q: want 3 to 63 small letters, digits, dots and hyphens", b.Name)
	}
	if b.Prefix != "" && !prefixForm.MatchString(b.Prefix) {
		return fmt.Errorf("PITDESK_S3_PREFIX %q: want letters, digits, - and _, with slashes between", b.Prefix)
	}
	return nil
}

// store is where the deployment's files are.
func (s *Settings) store() (blob.Store, error) {
	if s.Bucket.endpoint == nil {
		return blob.NewFolder(s.fileFolder())
	}
	return blob.NewS3(blob.Bucket{Endpoint: s.Bucket.endpoint, Region: s.Bucket.Region, Name: s.Bucket.Name, Prefix: s.Bucket.Prefix,
		AccessKey: s.Bucket.AccessKey, SecretKey: s.Bucket.SecretKey})
}

// fileFolder is where files are when no bucket is configured.
func (s *Settings) fileFolder() string { return filepath.Join(s.Data, "files") }

// checkFiles keeps a file, reads it and removes it.
func checkFiles(ctx context.Context, s *Settings) pg.Finding {
	const name = "files"
	where := "the data folder"
	remedy := "Let this user own the folder files in PITDESK_DATA."
	if s.Bucket.endpoint != nil {
		where = "the bucket " + s.Bucket.Name
		remedy = "Check the PITDESK_S3_ settings, that the bucket is there, and that the access key may get, put, delete and list in it."
	}
	store, err := s.store()
	if err == nil {
		err = blob.Probe(ctx, store)
	}
	if err != nil {
		return pg.Finding{Name: name, Sentence: fmt.Sprintf("No file can be kept in %s: %v.", where, err), Remedy: remedy}
	}
	return pg.Finding{Name: name, OK: true, Sentence: fmt.Sprintf("Files are kept in %s.", where)}
}
