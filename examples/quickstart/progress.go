package main

import (
	"fmt"
	"io"
	"os"
)

// large is the size of a file, in bytes, from which its reading shows a progress line.
const large = 256 << 10

// progress draws one line that overwrites itself. It draws nothing when to is nil.
type progress struct {
	to    io.Writer
	shown int64 // percent, plus one
}

func (p *progress) tell(read, size int64) {
	if p.to == nil || size < large {
		return
	}
	percent := read * 100 / size
	if percent+1 == p.shown {
		return
	}
	p.shown = percent + 1
	_, _ = fmt.Fprintf(p.to, "\rreading invoices %3d %%", percent)
}

// part names what is being worked out, when the reading was worth a line.
func (p *progress) part(name string) {
	if p.shown > 0 {
		_, _ = fmt.Fprintf(p.to, "\r\033[Kworking out %s", name)
	}
}

func (p *progress) done() {
	if p.shown > 0 {
		_, _ = fmt.Fprint(p.to, "\r\033[K")
	}
}

// terminal reports whether the file is a screen and not a pipe or a file.
func terminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
