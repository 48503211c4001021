package pg

import (
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// account is whom the server runs as. Postgres refuses to run as root.
type account struct {
	name     string
	uid, gid uint32
	switched bool // whether we are root and step down to it
}

// serverAccount picks the account for the cluster in dir: ourselves unless we are root; then whoever owns the data
// already, else the machine's postgres user, else nobody.
func serverAccount(dir string) (account, error) {
	if os.Geteuid() != 0 {
		return account{uid: uint32(os.Geteuid()), gid: uint32(os.Getegid())}, nil
	}
	if info, err := os.Stat(filepath.Join(dir, "data")); err == nil {
		if owner := info.Sys().(*syscall.Stat_t); owner.Uid != 0 {
			return account{name: fmt.Sprintf("uid %d", owner.Uid), uid: owner.Uid, gid: owner.Gid, switched: true}, nil
		}
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err1 != nil || err2 != nil {
			continue
		}
		return account{name: name, uid: uint32(uid), gid: uint32(gid), switched: true}, nil
	}
	return account{}, fmt.Errorf("this machine has neither a user postgres nor nobody, and Postgres does not run as root")
}

// own makes path the account's, so that the server may use it.
func (a account) own(path string) error {
	if !a.switched {
		return nil
	}
	return os.Chown(path, int(a.uid), int(a.gid))
}

// reaches says whether the account may walk down to path: a folder above it may be closed to all but us.
func (a account) reaches(path string) bool {
	if !a.switched {
		return true
	}
	path, err := filepath.Abs(path)
	for err == nil && path != filepath.Dir(path) {
		path = filepath.Dir(path)
		info, statErr := os.Stat(path)
		if statErr != nil {
			return false
		}
		owner := info.Sys().(*syscall.Stat_t)
		mode := info.Mode().Perm()
		if mode&0o001 == 0 && (owner.Uid != a.uid || mode&0o100 == 0) && (owner.Gid != a.gid || mode&0o010 == 0) {
			return false
		}
	}
	return err == nil
}

func (a account) credential() *syscall.Credential {
	if !a.switched {
		return nil
	}
	return &syscall.Credential{Uid: a.uid, Gid: a.gid}
}
