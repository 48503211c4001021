package backup

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"
)

// named is what the backups are called whose names we choose.
var named = regexp.MustCompile(`^desk-\d{8}T\d{6}Z\.zip$`)

// Name is what a backup made at a time is called. Names sort as their times do.
func Name(at time.Time) string { return "desk-" + at.UTC().Format("20060102T150405Z") + ".zip" }

// Retain removes all but the newest n of the backups in a folder that bear names of ours, and returns those it removed.
func Retain(folder string, n int) (removed []string, err error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if e.Type().IsRegular() && named.MatchString(e.Name()) {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	for _, name := range names[:max(0, len(names)-n)] {
		if err := os.Remove(filepath.Join(folder, name)); err != nil {
			return removed, err
		}
		removed = append(removed, name)
	}
	return removed, nil
}
