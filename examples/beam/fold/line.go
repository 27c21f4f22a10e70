package fold

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Line writes a state as one line of text, for a pipeline that ends in textio.Write:
// the figure's name, an empty key and the accumulator's bytes. [ReadLines] reads it.
type Line[A any] struct {
	Name string
}

// ProcessElement writes one state.
func (f *Line[A]) ProcessElement(s State[A]) (string, error) { return line(f.Name, "", s) }

// KeyedLine is [Line] for states by key, as beam.CombinePerKey gives them.
type KeyedLine[A any] struct {
	Name string
}

// ProcessElement writes one state with its key.
func (f *KeyedLine[A]) ProcessElement(key string, s State[A]) (string, error) {
	return line(f.Name, key, s)
}

func line[A any](name, key string, s State[A]) (string, error) {
	data, err := s.bytes()
	if err != nil {
		return "", err
	}
	return strconv.Quote(name) + "\t" + strconv.Quote(key) + "\t" + base64.StdEncoding.EncodeToString(data), nil
}

// A Figure is the name and the key of one line.
type Figure struct{ Name, Key string }

// maxLine is the longest line that is read: the state of some ten million customers.
const maxLine = 1 << 30

// ReadLines reads the lines that a pipeline wrote, in any order: the bytes of each
// figure's accumulator, to be read with [Unmarshal]. A figure that comes twice is an error.
func ReadLines(r io.Reader) (map[Figure][]byte, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, 64<<10), maxLine)
	found := map[Figure][]byte{}
	for lines.Scan() {
		figure, data, err := parse(lines.Text())
		if err != nil {
			return nil, err
		}
		if _, twice := found[figure]; twice {
			return nil, fmt.Errorf("fold: figure %q of key %q comes twice", figure.Name, figure.Key)
		}
		found[figure] = data
	}
	return found, lines.Err()
}

func parse(text string) (Figure, []byte, error) {
	fields := strings.Split(text, "\t")
	if len(fields) != 3 {
		return Figure{}, nil, fmt.Errorf("fold: a line of %d fields, want 3", len(fields))
	}
	name, err1 := strconv.Unquote(fields[0])
	key, err2 := strconv.Unquote(fields[1])
	data, err3 := base64.StdEncoding.DecodeString(fields[2])
	for _, err := range []error{err1, err2, err3} {
		if err != nil {
			return Figure{}, nil, fmt.Errorf("fold: a damaged line: %w", err)
		}
	}
	return Figure{name, key}, data, nil
}
