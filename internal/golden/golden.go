// Package golden holds what the tests of several packages need to compare with
// expected answers kept in files: golden text, vectors, and real data that is
// read in place.
//
// It is imported by tests only.
package golden

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

var update = flag.Bool("update", false, "write golden files instead of comparing with them")

// Equal compares got with the golden file at path, or writes the file when the
// test runs with -update.
func Equal(t testing.TB, path, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (run the test with -update to write it)", err)
	}
	if string(want) == got {
		return
	}
	w, g := strings.Split(string(want), "\n"), strings.Split(got, "\n")
	for i := range max(len(w), len(g)) {
		if line(w, i) != line(g, i) {
			t.Errorf("%s:%d\n want %s\n have %s\n(run with -update after you have read the difference)", path, i+1, line(w, i), line(g, i))
			return
		}
	}
}

func line(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(no such line)"
}

// Vectors is a folder of vector files for one package.
type Vectors struct {
	dir      string
	external bool
	read     atomic.Int64 // subtests may read side by side
}

// OpenVectors finds the vectors of a wing: the folder named for it in the
// directory that the environment variable RAPPORT_VECTORS names, else the
// package's own testdata/vectors.
func OpenVectors(t testing.TB, wing string) *Vectors {
	t.Helper()
	v := &Vectors{dir: filepath.Join("testdata", "vectors")}
	if root := os.Getenv("RAPPORT_VECTORS"); root != "" {
		v.dir, v.external = filepath.Join(root, wing), true
		if _, err := os.Stat(root); err != nil {
			t.Fatalf("RAPPORT_VECTORS: %v", err)
		}
		if _, err := os.Stat(v.dir); err != nil {
			t.Skipf("RAPPORT_VECTORS has no folder %s", wing)
		}
	}
	t.Cleanup(func() {
		if v.read.Load() == 0 && !t.Skipped() {
			t.Errorf("no vector file was read in %s", v.dir)
		}
	})
	return v
}

// Read returns the bytes of one vector file. A file that is absent from the
// package's own vectors is a failure; one that is absent from a folder that
// RAPPORT_VECTORS names is logged, and ok is false.
func (v *Vectors) Read(t testing.TB, file string) (data []byte, ok bool) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(v.dir, file))
	if v.external && errors.Is(err, fs.ErrNotExist) {
		t.Logf("vectors: %s: absent", file)
		return nil, false
	}
	if err != nil {
		t.Fatal(err)
	}
	v.read.Add(1)
	return data, true
}

// JSON reads one vector file into a value, with Read's rule for absent files.
// Numbers in an any are kept as json.Number, so that a runner never rounds one.
func (v *Vectors) JSON(t testing.TB, file string, into any) (ok bool) {
	t.Helper()
	data, ok := v.Read(t, file)
	if !ok {
		return false
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	if err := dec.Decode(into); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return true
}

// Count logs how many cases of a file were run; none is a failure.
func Count(t testing.TB, file string, cases int) {
	t.Helper()
	t.Logf("vectors: %s: %d cases", file, cases)
	if cases == 0 {
		t.Errorf("vectors: %s: no case was run", file)
	}
}

// Data is the path of a file of real data, which no package commits: in the
// directory that RAPPORT_DATA names, else in ../shared/data beside the module. The
// test is skipped, with a message, where the file is absent.
func Data(t testing.TB, elem ...string) string {
	t.Helper()
	root := os.Getenv("RAPPORT_DATA")
	if root == "" {
		root = filepath.Join(moduleRoot(t), "..", "shared", "data")
	} else if _, err := os.Stat(root); err != nil {
		t.Fatalf("RAPPORT_DATA: %v", err)
	}
	path := filepath.Join(append([]string{root}, elem...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("real data: %s is not here; set RAPPORT_DATA to the folder that holds it", filepath.Join(elem...))
	}
	return path
}

// moduleRoot climbs to the folder of the main module, past nested ones.
func moduleRoot(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		data, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && bytes.HasPrefix(data, []byte("module github.com/rapport-go/rapport\n")) {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "."
		}
		dir = parent
	}
}
