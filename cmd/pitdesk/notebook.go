package main

import (
	"bufio"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"pitdesk/desk"
	"pitdesk/tenants"
)

// notebook is the file outside the database in which each signed statement's number and hash are noted: a line of time, casino
// (or audit log), number and hash. Whoever deletes statements in the database can't delete them there.
type notebook struct{ path string }

func (s *Settings) notebook() notebook { return notebook{filepath.Join(s.Data, "heads.log")} }

// newest returns what was noted last of a casino's logs; zero when nothing was. Lines that can't be read are an error: somebody wrote
// into the file by hand.
func (n notebook) newest(tenant uuid.UUID) (desk.Noted, error) {
	return n.newestOf(tenants.PublicID(tenants.TenantPrefix, tenant))
}

func (n notebook) newestOf(want string) (desk.Noted, error) {
	var last desk.Noted
	file, err := os.Open(n.path)
	if errors.Is(err, fs.ErrNotExist) {
		return last, nil
	}
	if err != nil {
		return last, fmt.Errorf("notebook: %w", err)
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for row := 1; lines.Scan(); row++ {
		fields := strings.Fields(lines.Text())
		if len(fields) != 4 {
			return last, fmt.Errorf("notebook: %s line %d: want time, casino, number and hash", n.path, row)
		}
		if fields[1] != want {
			continue
		}
		number, err := strconv.ParseInt(fields[2], 10, 64)
		hash, hexErr := hex.DecodeString(fields[3])
		if err := errors.Join(err, hexErr); err != nil {
			return last, fmt.Errorf("notebook: %s line %d: %w", n.path, row, err)
		}
		if number > last.Number {
			last = desk.Noted{Number: number, Hash: hash}
		}
	}
	return last, lines.Err()
}

// note writes a statement down, onto the disk, unless it is there already.
func (n notebook) note(tenant uuid.UUID, s desk.Noted) error {
	return n.noteOf(tenants.PublicID(tenants.TenantPrefix, tenant), s)
}

func (n notebook) noteOf(what string, s desk.Noted) error {
	last, err := n.newestOf(what)
	if err != nil || s.Number <= last.Number {
		return err
	}
	file, err := os.OpenFile(n.path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("notebook: %w", err)
	}
	_, err = fmt.Fprintf(file, "%s %s %d %x\n", time.Now().UTC().Format(time.RFC3339), what, s.Number, s.Hash)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("notebook: %w", err)
	}
	return nil
}
