package tools

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

const (
	path    = "github.com/rapport-go/rapport"
	version = "v0.0.1-proof"
)

// A host's first program: the six wings from outside the repository.
const host = `package main

import (
	"fmt"
	"time"

	"github.com/rapport-go/rapport/culture"
	"github.com/rapport-go/rapport/customer"
	"github.com/rapport-go/rapport/feedback"
	"github.com/rapport-go/rapport/interaction"
	"github.com/rapport-go/rapport/loyalty"
	"github.com/rapport-go/rapport/metrics"
)

func main() {
	answer, err := feedback.NewNPS(9)
	fmt.Println(answer.Class(), err)
	var (
		_ customer.Customer
		_ interaction.Interaction
		_ loyalty.Account
		_ culture.Context
		_ time.Time
	)
	crr, err := metrics.RetentionRate(2161, 2560, 722)
	fmt.Println(crr.Percent(2), err)
}
`

// The only proof that a host can import the library: its module zip is built,
// served from a file proxy, and a fresh module outside the repository requires it,
// tidies and runs.
func TestAHostCanImportTheModule(t *testing.T) {
	proxy := serve(t)
	dir := t.TempDir()
	write(t, dir, "go.mod", "module example.com/host\n\ngo 1.25.0\n\nrequire "+path+" "+version+"\n")
	write(t, dir, "main.go", host)
	// A module cache of its own, so that no earlier build of the module is met; its
	// dependencies come from what is already downloaded, else from the usual proxy.
	env := append(os.Environ(),
		"GOPROXY="+fileURL(proxy)+","+fileURL(filepath.Join(goEnv(t, "GOMODCACHE"), "cache", "download"))+","+goEnv(t, "GOPROXY"),
		"GOMODCACHE="+t.TempDir(), "GONOSUMDB="+path, "GOFLAGS=-mod=mod -modcacherw", "GOWORK=off",
	)
	run(t, dir, env, "go", "mod", "tidy")
	out := run(t, dir, env, "go", "run", ".")
	if want := "promoter <nil>\n85.05 <nil>\n"; out != want {
		t.Errorf("the host printed %q, want %q", out, want)
	}
	graph := run(t, dir, env, "go", "list", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}", ".")
	for _, heavy := range []string{"testify", "rapid", "sqlite", "pgx", "beam"} {
		if strings.Contains(graph, heavy) {
			t.Errorf("a host links %s", heavy)
		}
	}
}

func fileURL(dir string) string { return "file://" + filepath.ToSlash(dir) }

// Until the module is published a host adds the lines that the README shows, and
// tidies.
func TestAHostCanReplaceTheModule(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	lines := "require " + path + " v0.0.0\nreplace " + path + " => ../rapport\n"
	if !strings.Contains(string(readme), lines) {
		t.Fatalf("the README does not show\n%s", lines)
	}
	dir := filepath.Join(t.TempDir(), "host")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(root, filepath.Join(filepath.Dir(dir), "rapport")); err != nil {
		t.Fatal(err)
	}
	write(t, dir, "go.mod", "module example.com/host\n\ngo 1.25.0\n\n"+lines)
	write(t, dir, "main.go", host)
	env := append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
	run(t, dir, env, "go", "mod", "tidy")
	if out := run(t, dir, env, "go", "run", "."); !strings.Contains(out, "85.05") {
		t.Errorf("the host printed %q", out)
	}
}

// serve writes a file proxy that has one version of the module.
func serve(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	at := filepath.Join(dir, filepath.FromSlash(path), "@v")
	if err := os.MkdirAll(at, 0o755); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(filepath.Join(at, version+".zip"))
	if err != nil {
		t.Fatal(err)
	}
	// From the commit and not from the folder: a file that was never added must not
	// make the proof pass.
	if err := zip.CreateFromVCS(f, module.Version{Path: path, Version: version}, root, "HEAD", ""); err != nil {
		var unknown *zip.UnrecognizedVCSError
		if errors.As(err, &unknown) {
			t.Skip("this is not a checkout: there is no commit to make the module's zip from")
		}
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	mod, err := exec.Command("git", "-C", root, "show", "HEAD:go.mod").Output()
	if err != nil {
		t.Fatal(err)
	}
	write(t, at, version+".mod", string(mod))
	write(t, at, version+".info", `{"Version":"`+version+`","Time":"2026-01-01T00:00:00Z"}`)
	write(t, at, "list", version+"\n")
	return dir
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func goEnv(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.Command("go", "env", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

func run(t *testing.T, dir string, env []string, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env = dir, env
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, stderr.String())
	}
	return string(out)
}
