package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The tests of this directory run the command itself, as its users do: a process of its
// own, on a file of its own, spoken to over HTTP only.

// made is what is made once for all tests: the program, and a file into which the
// simulated shop was imported.
var made struct {
	sync.Mutex
	dir, program, shop string
}

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "crm-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	made.dir = dir
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// raceBuild reports whether the race detector is to watch the server, and not only the
// test.
func raceBuild() bool { return os.Getenv("RAPPORT_RACE") != "" }

// program builds the command.
func program(t *testing.T) string {
	made.Lock()
	defer made.Unlock()
	if made.program == "" {
		path := filepath.Join(made.dir, "crm")
		build := []string{"build", "-o", path, "."}
		if raceBuild() {
			build = slices.Insert(build, 1, "-race")
		}
		out, err := exec.Command("go", build...).CombinedOutput()
		require.NoError(t, err, "%s", out)
		made.program = path
	}
	return made.program
}

// shopFile is a copy of a file into which the simulated shop was imported.
func shopFile(t *testing.T) string {
	path := filepath.Join(t.TempDir(), "crm.db")
	bin := program(t)
	made.Lock()
	defer made.Unlock()
	if made.shop == "" {
		file := filepath.Join(made.dir, "shop.db")
		s := start(t, bin, file)
		s.stop(t)
		made.shop = file
	}
	data, err := os.ReadFile(made.shop)
	require.NoError(t, err)
	for _, suffix := range []string{"-wal", "-journal"} {
		require.NoFileExists(t, made.shop+suffix, "a server that was stopped in good order leaves one file")
	}
	require.NoError(t, os.WriteFile(path, data, 0o600))
	return path
}

// server is a running command.
type server struct {
	*exec.Cmd
	addr, base, file string
	log              *log
	ended            chan struct{} // closed when the process has ended
	end              error
}

// log is what the process has written so far.
type log struct {
	sync.Mutex
	bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.Lock()
	defer l.Unlock()
	return l.Buffer.Write(p)
}

func (l *log) String() string {
	l.Lock()
	defer l.Unlock()
	return l.Buffer.String()
}

// freeAddress is a port on loopback that nobody listens on.
func freeAddress(t *testing.T) string {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer ln.Close()
	return ln.Addr().String()
}

// start runs the command on a file and waits until it answers. What it keeps in the
// user's directories it keeps in the file's directory.
func start(t *testing.T, bin, file string, args ...string) *server {
	return startAt(t, bin, freeAddress(t), file, args...)
}

func startAt(t *testing.T, bin, addr, file string, args ...string) *server {
	s := &server{addr: addr, base: "http://" + addr, file: file, log: &log{}, ended: make(chan struct{})}
	s.Cmd = exec.Command(bin, append([]string{"-addr", addr, "-db", file}, args...)...)
	home := filepath.Dir(file)
	s.Env = append(os.Environ(), "HOME="+home, "XDG_CACHE_HOME="+home, "XDG_CONFIG_HOME="+home)
	s.Stdout, s.Stderr = s.log, s.log
	require.NoError(t, s.Start())
	go func() {
		s.end = s.Wait()
		close(s.ended)
	}()
	t.Cleanup(func() {
		s.kill()
		for _, bad := range []string{"DATA RACE", "panic"} {
			require.NotContains(t, s.log.String(), bad)
		}
	})
	for deadline := time.Now().Add(3 * time.Minute); ; time.Sleep(20 * time.Millisecond) {
		select {
		case <-s.ended:
			require.FailNow(t, "the server ended", "%v\n%s", s.end, s.log)
		default:
		}
		if r, err := http.Get(s.base + "/healthz"); err == nil {
			_ = r.Body.Close()
			if r.StatusCode == http.StatusOK {
				return s
			}
		}
		require.False(t, time.Now().After(deadline), "the server does not answer:\n%s", s.log)
	}
}

// open is a server on the simulated shop.
func open(t *testing.T, args ...string) *server {
	return start(t, program(t), shopFile(t), args...)
}

// kill ends the process at once, as the kernel or a power cut would.
func (s *server) kill() {
	_ = s.Process.Kill()
	<-s.ended
}

// stop asks the process to end, as a service manager does.
func (s *server) stop(t *testing.T) {
	require.NoError(t, s.Process.Signal(syscall.SIGTERM))
	select {
	case <-s.ended:
	case <-time.After(time.Minute):
		require.FailNow(t, "the server did not end after SIGTERM", "%s", s.log)
	}
	require.NoError(t, s.end, "%s", s.log)
}

// person is somebody in front of a browser without scripts: it keeps cookies and sends
// the forms that it was shown.
type person struct {
	t    *testing.T
	s    *server
	http *http.Client
}

func (s *server) person(t *testing.T) *person {
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	return &person{t, s, &http.Client{Jar: jar, Timeout: time.Minute}}
}

func (p *person) do(r *http.Request) (int, string) {
	p.t.Helper()
	answer, err := p.http.Do(r)
	require.NoError(p.t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	require.NoError(p.t, err)
	return answer.StatusCode, string(body)
}

// page is a page that has to be there.
func (p *person) page(path string) string {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, p.s.base+path, nil)
	require.NoError(p.t, err)
	status, body := p.do(r)
	require.Equal(p.t, http.StatusOK, status, "%s: %s", path, body)
	return body
}

var hiddenField = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)">`)

// formOf is the hidden fields of the form on a page that is sent to action.
func formOf(t *testing.T, page, action string) url.Values {
	at := strings.Index(page, `action="`+action+`"`)
	require.GreaterOrEqual(t, at, 0, "no form for %s on the page", action)
	rest := page[at:]
	if end := strings.Index(rest, "</form>"); end >= 0 {
		rest = rest[:end]
	}
	values := url.Values{}
	for _, m := range hiddenField.FindAllStringSubmatch(rest, -1) {
		values.Add(m[1], m[2])
	}
	return values
}

// post sends a form.
func (p *person) post(path string, values url.Values) (int, string) {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), http.MethodPost, p.s.base+path, strings.NewReader(values.Encode()))
	require.NoError(p.t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return p.do(r)
}

// program that speaks to the API.
type client struct {
	base, token string
	http        *http.Client
}

func (s *server) client() *client {
	return &client{base: s.base, http: &http.Client{
		Timeout:   time.Minute,
		Transport: &http.Transport{MaxIdleConnsPerHost: 100},
	}}
}

// apiError is an answer of the API that is no success.
type apiError struct {
	status int
	body   string
}

func (e *apiError) Error() string { return fmt.Sprintf("%d: %s", e.status, e.body) }

// call speaks to the API; the key is for a command and empty for a question.
func (c *client) call(ctx context.Context, method, path, key string, ask, answer any) error {
	var body io.Reader
	if ask != nil {
		text, err := json.Marshal(ask)
		if err != nil {
			return err
		}
		body = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(ctx, method, c.base+path, body)
	if err != nil {
		return err
	}
	if ask != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	w, err := c.http.Do(r)
	if err != nil {
		return err
	}
	defer w.Body.Close()
	text, err := io.ReadAll(w.Body)
	if err != nil {
		return err
	}
	if w.StatusCode < 200 || w.StatusCode > 299 {
		return &apiError{w.StatusCode, string(text)}
	}
	if answer == nil {
		return nil
	}
	return json.Unmarshal(text, answer)
}

// statusOf is the status of an answer that is no success; 0 where there was no answer.
func statusOf(err error) int {
	var e *apiError
	if errors.As(err, &e) {
		return e.status
	}
	return 0
}

// discard reads an answer to its end.
func discard(w *http.Response) (int64, error) { return io.Copy(io.Discard, w.Body) }

// tail is the last lines of a text.
func tail(text string, lines int) string {
	all := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}

var notInNames = regexp.MustCompile(`[^a-zA-Z0-9.]+`)

// keep writes an artefact of a test: into the directory RAPPORT_ARTIFACTS, else where
// go test -artifacts keeps them.
func keep(t *testing.T, name string, data []byte) {
	dir := os.Getenv("RAPPORT_ARTIFACTS")
	if dir == "" {
		dir = t.ArtifactDir()
	}
	name = strings.Trim(notInNames.ReplaceAllString(t.Name()+"-"+name, "-"), "-")
	require.NoError(t, os.MkdirAll(dir, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), data, 0o644))
}
