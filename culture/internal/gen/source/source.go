// Package source reads the pinned packages that the tables are made from. A package
// is a file whose SHA-512 stands in the lock file; a file with another hash is refused
// before a byte of it is read.
package source

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing/fstest"
)

// ErrAbsent means that a directory holds none of the pinned packages.
var ErrAbsent = errors.New("source: no pinned package here")

// Package is one row of the lock file.
type Package struct {
	Name      string `json:"name"`
	Version   string `json:"version"`
	File      string `json:"file"`      // as "npm pack" names it; what does not end in .tgz is one plain file
	Integrity string `json:"integrity"` // as the registry states it: sha512- and base64
	Licence   string `json:"licence"`
	Use       string `json:"use"`
}

// Set is the pinned packages, read and checked.
type Set struct {
	packages map[string]Package
	files    map[string]map[string][]byte // package name -> path inside it -> bytes
}

// Open reads every package of the lock file from a directory. It wraps ErrAbsent
// where none of them is there; where some are, each that is missing or has another
// hash is an error.
func Open(lock, dir string) (*Set, error) {
	text, err := os.ReadFile(lock)
	if err != nil {
		return nil, err
	}
	var locked struct {
		Packages []Package `json:"packages"`
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&locked); err != nil {
		return nil, fmt.Errorf("source: %s: %w", lock, err)
	}
	set := &Set{packages: map[string]Package{}, files: map[string]map[string][]byte{}}
	var faults []error
	absent := 0
	for _, p := range locked.Packages {
		err := set.read(dir, p)
		if errors.Is(err, os.ErrNotExist) {
			absent++
		}
		faults = append(faults, err)
	}
	if absent == len(locked.Packages) {
		return nil, fmt.Errorf("%w: %s", ErrAbsent, dir)
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	return set, nil
}

func (s *Set) read(dir string, p Package) error {
	data, err := os.ReadFile(filepath.Join(dir, p.File))
	if err != nil {
		return fmt.Errorf("source: %s %s: %w", p.Name, p.Version, err)
	}
	sum := sha512.Sum512(data)
	if got := "sha512-" + base64.StdEncoding.EncodeToString(sum[:]); got != p.Integrity {
		return fmt.Errorf("source: %s: %s has the hash %s, the lock file wants %s", p.Name, p.File, got, p.Integrity)
	}
	files, err := unpack(p.File, data)
	if err != nil {
		return fmt.Errorf("source: %s: %w", p.File, err)
	}
	s.packages[p.Name], s.files[p.Name] = p, files
	return nil
}

// unpack reads a tarball whose entries stand under one folder, or a plain file, which
// then has the empty path.
func unpack(name string, data []byte) (map[string][]byte, error) {
	if !strings.HasSuffix(name, ".tgz") {
		return map[string][]byte{"": data}, nil
	}
	unzipped, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for r := tar.NewReader(unzipped); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, err
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		if _, inside, ok := strings.Cut(h.Name, "/"); ok {
			if files[inside], err = io.ReadAll(r); err != nil {
				return nil, err
			}
		}
	}
}

// Version is the pinned version of a package.
func (s *Set) Version(name string) string { return s.packages[name].Version }

// File is the bytes of one file of a package; path is empty for a package that is one
// plain file.
func (s *Set) File(name, path string) ([]byte, error) {
	data, ok := s.files[name][path]
	if !ok {
		return nil, fmt.Errorf("source: %s has no file %q", name, path)
	}
	return data, nil
}

// JSON decodes one file of a package.
func (s *Set) JSON(name, path string, into any) error {
	data, err := s.File(name, path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("source: %s: %s: %w", name, path, err)
	}
	return nil
}

// Paths lists the files of a package under a folder, sorted.
func (s *Set) Paths(name, folder string) []string {
	var found []string
	for path := range s.files[name] {
		if strings.HasPrefix(path, folder) {
			found = append(found, path)
		}
	}
	sort.Strings(found)
	return found
}

// FS is the files of a package as a file system; it is empty for a package that is
// not in the lock file.
func (s *Set) FS(name string) fs.FS {
	files := fstest.MapFS{}
	for path, data := range s.files[name] {
		files[path] = &fstest.MapFile{Data: data}
	}
	return files
}
