// Package testserver starts a PostgreSQL on loopback for tests.
package testserver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// DSNEnv names a server to test against, in place of one that the tests start. Each
// test makes schemas of its own in it and drops them.
const DSNEnv = "RAPPORT_POSTGRES_DSN"

// Server is a PostgreSQL that the tests started on loopback.
type Server struct {
	DSN string // how to connect

	bin, dir string
	port     int
	as       *syscall.Credential // PostgreSQL refuses to run as root
	process  *exec.Cmd
	exited   chan struct{} // closed when the process has ended
}

// ErrNone says that there is no PostgreSQL on this machine, and why none could be had.
var ErrNone = errors.New("no PostgreSQL here")

// binaries finds a server's programs, installing them where that is possible.
func binaries() (string, error) {
	find := func() string {
		found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
		sort.Strings(found)
		if len(found) > 0 {
			return filepath.Dir(found[len(found)-1])
		}
		if path, err := exec.LookPath("initdb"); err == nil {
			return filepath.Dir(path)
		}
		return ""
	}
	if bin := find(); bin != "" {
		return bin, nil
	}
	if apt, err := exec.LookPath("apt-get"); err == nil && os.Geteuid() == 0 {
		install := exec.Command(apt, "install", "-y", "-q", "postgresql")
		install.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
		if out, err := install.CombinedOutput(); err != nil {
			return "", fmt.Errorf("%w: apt-get install postgresql: %w: %.300s", ErrNone, err, out)
		}
	}
	if bin := find(); bin != "" {
		return bin, nil
	}
	return "", fmt.Errorf("%w: no initdb in /usr/lib/postgresql/*/bin nor on the path, and it could not be installed", ErrNone)
}

// Start makes a fresh cluster and starts a server on it.
func Start() (*Server, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	s := &Server{bin: bin}
	if os.Geteuid() == 0 {
		if s.as, err = unprivileged(); err != nil {
			return nil, err
		}
	}
	if s.dir, err = os.MkdirTemp("", "rapport-postgres-"); err != nil {
		return nil, err
	}
	if s.as != nil {
		if err := os.Chown(s.dir, int(s.as.Uid), int(s.as.Gid)); err != nil {
			return nil, err
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s.port = l.Addr().(*net.TCPAddr).Port
	_ = l.Close()
	s.DSN = fmt.Sprintf("host=127.0.0.1 port=%d user=postgres dbname=postgres sslmode=disable", s.port)
	initdb := s.command("initdb", "-D", s.data(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-instructions")
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: initdb: %w: %s", ErrNone, err, out)
	}
	return s, s.Restart()
}

func unprivileged() (*syscall.Credential, error) {
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err := errors.Join(err1, err2); err != nil {
			return nil, err
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, fmt.Errorf("%w: this is root, and there is no user to run it as", ErrNone)
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

// Files finds a text in the files of the server, as someone who has the disk could: the
// names are those below its data directory, such as base/5/16384 for a table and
// pg_wal/… for the log.
func (s *Server) Files(text string) (found []string, err error) {
	err = filepath.WalkDir(s.data(), func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return ignoreGone(err)
		}
		content, err := os.ReadFile(path)
		if err == nil && bytes.Contains(content, []byte(text)) {
			name, _ := filepath.Rel(s.data(), path)
			found = append(found, name)
		}
		return ignoreGone(err)
	})
	return found, err
}

// ignoreGone drops the error of a file that the server removed meanwhile.
func ignoreGone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func (s *Server) command(name string, args ...string) *exec.Cmd {
	c := exec.Command(filepath.Join(s.bin, name), args...)
	c.Dir = s.dir
	c.SysProcAttr = &syscall.SysProcAttr{Credential: s.as, Setpgid: true}
	return c
}

// Restart runs the server with fsync on and waits until it answers. A server that
// finds a process of the one before still ending gives up, and is started again.
func (s *Server) Restart() error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	var exited chan struct{}
	for {
		if exited == nil {
			s.process = s.command("postgres", "-D", s.data(), "-k", s.dir, "-h", "127.0.0.1", "-p", strconv.Itoa(s.port),
				"-c", "fsync=on", "-c", "synchronous_commit=on", "-c", "max_connections=300", "-c", "log_min_messages=fatal",
				// What a restart after a crash has to set up and wind down is kept small.
				"-c", "shared_buffers=4MB", "-c", "wal_buffers=256kB", "-c", "autovacuum=off", "-c", "max_wal_senders=0",
				"-c", "max_logical_replication_workers=0", "-c", "max_parallel_workers=0", "-c", "recovery_init_sync_method=syncfs")
			if err := s.process.Start(); err != nil {
				return err
			}
			exited = make(chan struct{})
			go func(process *exec.Cmd, exited chan struct{}) {
				_ = process.Wait()
				close(exited)
			}(s.process, exited)
			s.exited = exited
		}
		conn, err := pgx.Connect(ctx, s.DSN)
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the server does not answer: %w", err)
		case <-exited:
			exited = nil
		case <-time.After(20 * time.Millisecond): // each try costs the server a process
		}
	}
}

// Kill ends the server and all its processes at once, as a crash does. Each process
// of the server has a group of its own, so they are found as children first.
func (s *Server) Kill() {
	pid := s.process.Process.Pid
	children, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	_ = syscall.Kill(pid, syscall.SIGKILL)
	for _, child := range strings.Fields(string(children)) {
		if n, err := strconv.Atoi(child); err == nil && n > 1 {
			_ = syscall.Kill(n, syscall.SIGKILL)
		}
	}
	<-s.exited
}

// Remove kills the server and deletes its files.
func (s *Server) Remove() {
	s.Kill()
	_ = os.RemoveAll(s.dir)
}
