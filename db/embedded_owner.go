// This file chooses the account PostgreSQL runs as: it refuses to run as root.

package db

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// account is a user of the operating system.
type account struct {
	name     string
	uid, gid int
	drop     bool // this process is root and must become the account
}

// serverAccount is the account for the cluster in dir: our own, or as root the
// one that owns the cluster, else postgres, else nobody.
func serverAccount(dir string, owner int, exists bool) (account, error) {
	euid := os.Geteuid()
	if euid != 0 {
		u, err := user.LookupId(strconv.Itoa(euid))
		if err != nil {
			return account{}, fmt.Errorf("user %d has no entry in the system's user list, which PostgreSQL insists on: add one, or name a database with DATABASE_URL", euid)
		}
		if exists && owner != euid {
			return account{}, fmt.Errorf("the cluster %s belongs to user %s: run as that user or as root, or name another data directory", dir, userName(owner))
		}
		return account{name: u.Username, uid: euid, gid: os.Getegid()}, nil
	}
	if exists {
		if owner == 0 {
			return account{}, fmt.Errorf("the cluster %s belongs to root, and PostgreSQL does not run as root: chown -R postgres %s", dir, dir)
		}
		u, err := user.LookupId(strconv.Itoa(owner))
		if err != nil {
			return account{}, fmt.Errorf("the cluster %s belongs to user %d, who has no entry in the system's user list: chown it to one who has", dir, owner)
		}
		return dropTo(u)
	}
	for _, name := range []string{"postgres", "nobody"} {
		if u, err := user.Lookup(name); err == nil {
			return dropTo(u)
		}
	}
	return account{}, errors.New("PostgreSQL does not run as root and there is neither a user postgres nor nobody: start roseash as an ordinary user")
}

func dropTo(u *user.User) (account, error) {
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return account{}, fmt.Errorf("user %s: %w", u.Username, err)
	}
	gid, err := strconv.Atoi(u.Gid)
	if err != nil {
		return account{}, fmt.Errorf("user %s: %w", u.Username, err)
	}
	return account{name: u.Username, uid: uid, gid: gid, drop: true}, nil
}

// credential is what a child process needs to run as the account.
func (a account) credential() *syscall.Credential {
	if !a.drop {
		return nil
	}
	return &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)}
}

// own hands a file or directory that root made to the account.
func (a account) own(path string) error {
	if !a.drop {
		return nil
	}
	return os.Lchown(path, a.uid, a.gid)
}

// reaches reports whether the account may pass through every directory down to
// and including path. For our own account it is the kernel's to say, later.
func (a account) reaches(path string) bool {
	if !a.drop {
		return true
	}
	for dir := path; ; dir = filepath.Dir(dir) {
		info, err := os.Stat(dir)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return false
		}
		if err == nil && !a.mayPass(info) {
			return false
		}
		if dir == filepath.Dir(dir) {
			return true
		}
	}
}

func (a account) mayPass(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return false
	}
	switch {
	case int(st.Uid) == a.uid:
		return info.Mode()&0o100 != 0
	case int(st.Gid) == a.gid:
		return info.Mode()&0o010 != 0
	}
	return info.Mode()&0o001 != 0
}

// clusterOwner is the user id that a cluster's directory belongs to.
func clusterOwner(dir string) (uid int, exists bool, err error) {
	info, err := os.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, false, nil
	}
	if errors.Is(err, fs.ErrPermission) {
		return 0, false, fmt.Errorf("the cluster %s is closed to user %s: run as the user who made it or as root, or name another data directory", dir, userName(os.Geteuid()))
	}
	if err != nil {
		return 0, false, dataDirError(dir, err)
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok || !info.IsDir() {
		return 0, false, fmt.Errorf("%s is not a directory", dir)
	}
	return int(st.Uid), true, nil
}

func userName(uid int) string {
	if u, err := user.LookupId(strconv.Itoa(uid)); err == nil {
		return u.Username
	}
	return strconv.Itoa(uid)
}
