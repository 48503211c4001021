package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/uptrace/bun"

	"pitdesk/internal/seal"
	"pitdesk/tenants"
)

// sealPath is where keys rest that nobody configured.
func (s *Settings) sealPath() string { return filepath.Join(s.keyFolder(), "seal.json") }

// openRing reads the keys that secrets are sealed with: PITDESK_SEAL_KEYS, else those in the data folder, which may have none.
func (s *Settings) openRing() (*seal.Ring, error) {
	if s.SealKeys != "" {
		return seal.Parse([]byte(s.SealKeys)) // resolve has tried it
	}
	ring, err := seal.Watch(func() ([]byte, error) { return os.ReadFile(s.sealPath()) })
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.sealPath(), err)
	}
	return ring, nil
}

// makeRing makes keys in the data folder. Those that another process made in this moment are kept.
func (s *Settings) makeRing() (*seal.Ring, error) {
	ring, err := seal.NewRing()
	if err != nil {
		return nil, err
	}
	if err := s.writeRing(ring, os.Link); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return s.openRing()
}

// writeRing writes keys into the data folder, whole or not at all; place gives them their name.
func (s *Settings) writeRing(ring *seal.Ring, place func(from, to string) error) error {
	return writeKey(s.sealPath(), append(ring.Text(), '\n'), place)
}

// writeKey keeps a key, whole or not at all: it is on the disk before place gives it its name. With os.Link a key that is there
// already stays, and the error is fs.ErrExist.
func writeKey(path string, text []byte, place func(from, to string) error) error {
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("PITDESK_DATA: %w", err)
	}
	file, err := os.CreateTemp(folder, ".key-") // 0600
	if err != nil {
		return fmt.Errorf("PITDESK_DATA: %w", err)
	}
	defer os.Remove(file.Name())
	_, err = file.Write(text)
	if err = errors.Join(err, file.Sync(), file.Close()); err == nil {
		err = place(file.Name(), path)
	}
	if err == nil {
		err = syncFolder(folder)
	}
	if err != nil {
		return fmt.Errorf("PITDESK_DATA: %w", err)
	}
	return nil
}

func syncFolder(path string) error {
	folder, err := os.Open(path) // #nosec G304 -- the path is the operator's own setting
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// openSeal takes the keys, and refuses to go on without those that the database's secrets are sealed with. A deployment that nobody
// uses yet begins sealing here, where the keys are sure to be kept: with its own database, or with keys that were given.
func (a *app) openSeal(ctx context.Context) error {
	ring, err := a.settings.openRing()
	if err != nil {
		return err
	}
	ctx = tenants.WithPools(ctx, a.pools)
	state, err := seal.StateOf(ctx, a.control)
	if err != nil {
		return err
	}
	if state.Key == 0 && (a.database.cluster != nil || a.settings.SealKeys != "") {
		if ring, err = a.beginUnused(ctx, ring); err != nil {
			return err
		}
		if state, err = seal.StateOf(ctx, a.control); err != nil {
			return err
		}
	}
	if err := state.Check(ring); err != nil {
		from := "PITDESK_SEAL_KEYS"
		if a.settings.SealKeys == "" {
			from = a.settings.sealPath()
		}
		return fmt.Errorf("%s: %w: put the keys back that this database was used with; nothing was changed", from, err)
	}
	a.ring = ring
	return nil
}

func (a *app) beginUnused(ctx context.Context, ring *seal.Ring) (*seal.Ring, error) {
	unused, err := seal.Unused(ctx, a.control)
	if err != nil || !unused {
		return ring, err
	}
	if ring.Newest() == 0 {
		if ring, err = a.settings.makeRing(); err != nil {
			return nil, err
		}
	}
	return ring, tenants.Above(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := seal.BeginUnused(ctx, tx, ring, ring.Newest())
		return err
	})
}
