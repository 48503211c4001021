package main

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"pitdesk/internal/blob/s3test"
	"pitdesk/internal/pgtest"
	"pitdesk/internal/sample"
)

// uploaded sends a file as a visitor of url and returns its address.
func uploaded(t *testing.T, url, words string) (status int, path string) {
	t.Helper()
	token, _ := chatWords(t, url, "I have a receipt")
	r, err := http.NewRequestWithContext(t.Context(), "POST", url+"/chat/api/files?name=receipt.txt", strings.NewReader(words))
	if err != nil {
		t.Fatal(err)
	}
	r.Host = r.URL.Host
	r.URL.Host = "127.0.0.1:" + r.URL.Port()
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "text/plain")
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, _ := io.ReadAll(res.Body)
	var up struct{ File struct{ URL string } }
	if err := json.Unmarshal(text, &up); err != nil {
		t.Fatalf("%d %s", res.StatusCode, text)
	}
	return res.StatusCode, up.File.URL
}

func TestFilesInABucketAreEveryProcesses(t *testing.T) {
	t.Parallel()
	bucket := s3test.New(t, false)
	db := pgtest.New(t)
	_, ctx := sample.Over(t, db)
	fox, reel := sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")
	var at []string
	var programs []*program
	for range 2 { // each with a data folder of its own
		settings := served(t, db)
		settings["PITDESK_LINK_KEY"] = strings.Repeat("one key for all ", 2)
		settings["PITDESK_S3_ENDPOINT"] = bucket.Endpoint.String()
		settings["PITDESK_S3_REGION"] = s3test.Region
		settings["PITDESK_S3_BUCKET"] = s3test.Name
		settings["PITDESK_S3_PREFIX"] = "desk"
		settings["PITDESK_S3_ACCESS_KEY"] = s3test.AccessKey
		settings["PITDESK_S3_SECRET_KEY"] = s3test.SecretKey
		p := start(t, settings, "serve", "--no-jobs")
		programs = append(programs, p)
		at = append(at, p.served())
	}
	status, path := uploaded(t, strings.Replace(at[0], "127.0.0.1", fox.Host, 1), "paid in full")
	if status != 201 {
		t.Fatalf("the upload answers %d", status)
	}
	kept := slices.DeleteFunc(bucket.Keys(), func(key string) bool { return !strings.HasPrefix(key, "desk/files/"+fox.ID.String()+"/") })
	if len(kept) != 1 {
		t.Errorf("the bucket holds %v", bucket.Keys())
	}
	other := strings.Replace(at[1], "127.0.0.1", fox.Host, 1)
	if status, text := askAt(t, "GET", other+path, "", nil); status != 200 || text != "paid in full" {
		t.Errorf("the other process answers %d %q", status, text)
	}
	if status, _ := askAt(t, "GET", strings.Replace(other, fox.Host, reel.Host, 1)+path, "", nil); status != 404 {
		t.Errorf("on Golden Reel's host it answers %d", status)
	}
	bucket.Refuse(http.StatusServiceUnavailable)
	if status, _ := askAt(t, "GET", other+path, "", nil); status != 503 {
		t.Errorf("while the bucket is gone it answers %d", status)
	}
	if status, text := askAt(t, "GET", other+"/readyz", "", nil); status != 200 {
		t.Errorf("while the bucket is gone readyz answers %d %s", status, text)
	}
	bucket.Refuse(0)
	if status, _ := askAt(t, "GET", other+path, "", nil); status != 200 {
		t.Errorf("after it is back it answers %d", status)
	}
	for _, p := range programs {
		p.stop()
	}
}

func TestDoctorTriesTheBucket(t *testing.T) {
	t.Parallel()
	bucket := s3test.New(t, false)
	db := pgtest.New(t)
	for secret, want := range map[string]string{
		s3test.SecretKey: "ok   Files are kept in the bucket " + s3test.Name,
		"a guess":        "BAD  No file can be kept in the bucket " + s3test.Name,
	} {
		settings := served(t, db)
		settings["PITDESK_S3_ENDPOINT"] = bucket.Endpoint.String()
		settings["PITDESK_S3_REGION"] = s3test.Region
		settings["PITDESK_S3_BUCKET"] = s3test.Name
		settings["PITDESK_S3_ACCESS_KEY"] = s3test.AccessKey
		settings["PITDESK_S3_SECRET_KEY"] = secret
		p := start(t, settings, "doctor")
		p.end(2 * time.Minute)
		if !strings.Contains(p.out.String(), want) {
			t.Errorf("doctor doesn't say %q:\n%s", want, p.out.String())
		}
	}
}
