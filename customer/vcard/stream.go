package vcard

import (
	"bufio"
	"errors"
	"io"
	"iter"
	"strings"
)

// All reads the cards of a stream one by one, with no more than one card in memory.
// Each comes with the faults of its own lines, as [Decode] reports them: a strict
// reading gives the zero Card with an error and goes on with the next. A limit or an
// error of r is the last pair.
func All(r io.Reader, o *DecodeOptions) iter.Seq2[Card, error] {
	return func(yield func(Card, error) bool) {
		opts := o.orDefault()
		s := stream{r: bufio.NewReader(r), limit: opts.Bytes}
		for n := 0; ; n++ {
			text, err := s.next()
			if text == "" && err == nil {
				return
			}
			d := newDecoder(&opts)
			if err != nil {
				yield(Card{}, err)
				return
			}
			if n == opts.Cards {
				d.limit(s.start, "more than %d cards", opts.Cards)
				yield(Card{}, d.faults.join())
				return
			}
			var c Card
			block, _, _, stop := d.frame(strings.TrimPrefix(text, bom), s.start)
			if stop == nil && block.found {
				stop = d.card(&c, block.text, block.no)
			}
			if d.faults.any() && !opts.Tolerant {
				c = Card{}
			}
			if !yield(c, d.faults.join()) || stop != nil {
				return
			}
		}
	}
}

// stream cuts a reader into frames.
type stream struct {
	r       *bufio.Reader
	limit   int
	line    int      // read so far
	start   int      // first line of the frame that next gave
	pending physical // a line that begins the next frame
	ended   error
}

// physical is a line as it was read, with its end; a folded one of the frame is several.
type physical struct {
	bytes []byte
	text  string // unfolded, without the end
	lines int
}

// cut gives the next line.
func (s *stream) cut(have int) (p physical, err error) {
	p, s.pending = s.pending, physical{}
	if p.lines > 0 {
		return p, nil
	}
	if p.bytes, err = s.read(have); err != nil {
		return p, err
	}
	p.text, p.lines = string(trimEnd(p.bytes)), 1
	for beginsFrame(p.text) {
		if more, err := s.r.Peek(1); err != nil || more[0] != ' ' && more[0] != '\t' {
			break
		}
		next, err := s.read(have + len(p.bytes))
		if err != nil {
			return p, err
		}
		p.bytes = append(p.bytes, next...)
		p.text += string(trimEnd(next))[1:]
		p.lines++
	}
	return p, nil
}

// read gives the next line with its end.
func (s *stream) read(have int) (line []byte, err error) {
	if s.ended != nil {
		return nil, s.ended
	}
	for more := true; more; {
		var chunk []byte
		chunk, err = s.r.ReadSlice('\n')
		more = errors.Is(err, bufio.ErrBufferFull)
		if line = append(line, chunk...); have+len(line) > s.limit {
			return nil, &Fault{Err: ErrLimit, Line: s.start, Detail: "a card with more bytes than allowed"}
		}
	}
	s.ended = err
	if len(line) > 0 {
		return line, nil
	}
	return nil, err
}

// next gives the lines up to the end of a card, or the rest; blank lines before are
// dropped.
func (s *stream) next() (string, error) {
	var b []byte
	depth, agent := 0, false
	s.start = s.line + 1
	for {
		p, err := s.cut(len(b))
		if errors.Is(err, io.EOF) {
			return string(b), nil
		}
		if err != nil {
			return "", err
		}
		l := p.text
		if depth > 0 && !agent && isFrame(l, beginCard) {
			s.pending = p
			return string(b), nil
		}
		from := len(b)
		b = append(b, p.bytes...)
		s.line += p.lines
		switch {
		case isFrame(l, beginCard) || depth > 0 && isInlineAgent(l):
			depth++
		case isFrame(l, endCard):
			if depth--; depth <= 0 {
				return string(b), nil
			}
		case from == 0 && (l == "" || l == bom):
			b, s.start = b[:0], s.line+1
		}
		if !isBlank(l) {
			agent = isAgent(l)
		}
	}
}

func trimEnd(b []byte) []byte {
	for len(b) > 0 && (b[len(b)-1] == '\n' || b[len(b)-1] == '\r') {
		b = b[:len(b)-1]
	}
	return b
}
