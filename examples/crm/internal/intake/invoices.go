package intake

import (
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/rapport-go/rapport/examples/internal/invoices"
)

// MaxInvoices is the most invoices of one file.
const MaxInvoices = 1_000_000

// MaxText is the most bytes of one file once it is unpacked: a small gzip file may hold a
// thousand times its size.
const MaxText = 128 << 20

// ErrTooMany is a file of more than MaxInvoices, or of more than MaxText.
var ErrTooMany = errors.New("intake: too many invoices")

// Invoices reads a file of invoices, plain or gzip, until ctx ends. tell, when not nil, is
// told how many bytes have been read. Rows that cannot be read are counted and reported;
// what makes the whole unreadable, such as a missing column, is an error.
func Invoices(ctx context.Context, name string, r io.Reader, tell func(read int64)) (*Source, error) {
	buffered := bufio.NewReader(&counted{r: r, tell: tell})
	var body io.Reader = buffered
	if magic, _ := buffered.Peek(2); len(magic) == 2 && magic[0] == 0x1f && magic[1] == 0x8b {
		unpacked, err := gzip.NewReader(buffered)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		body = unpacked
	}
	out, text := &Source{Name: name}, &bounded{ctx: ctx, r: body, left: MaxText, sum: sha256.New()}
	people := map[string]*Person{}
	var order []string
	report, err := invoices.Read(text, func(row invoices.Row) {
		if out.Rows++; out.Rows > MaxInvoices {
			text.left = 0
			return
		}
		if !row.At.Before(out.End) {
			out.End = row.At.Add(time.Second)
		}
		if row.Customer == "" {
			out.Anonymous++
			return
		}
		p := people[row.Customer]
		if p == nil {
			p = &Person{ID: row.Customer, Source: "invoices", Country: row.Country, Region: Region(row.Country)}
			people[row.Customer], order = p, append(order, row.Customer)
		}
		p.Orders = append(p.Orders, Order{Number: row.Number, At: row.At, Minor: minor(row.Amount), Returned: row.Cancelled()})
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	out.Digest = hex.EncodeToString(text.sum.Sum(nil))
	out.Rows, out.Duplicates, out.Malformed, out.Faults = int64(report.Rows), int64(report.Duplicates), int64(report.Malformed), report.Examples
	slices.Sort(order)
	for _, id := range order {
		p := people[id]
		slices.SortStableFunc(p.Orders, func(x, y Order) int { return x.At.Compare(y.At) })
		out.Free += place(p)
		p.Joined = p.Orders[0].At
		out.People = append(out.People, *p)
	}
	return out, nil
}

// place splits each cancellation over the customer's latest orders that are not taken
// back yet: the files do not say which order it was. What finds no order stays as it is.
// Rows over nothing are left out and counted, but for a person who has no others.
func place(p *Person) (free int64) {
	type open struct {
		number string
		left   int64
	}
	var list []open
	var out []Order
	for _, o := range p.Orders {
		switch {
		case !o.Returned && o.Minor > 0:
			list = append(list, open{o.Number, o.Minor})
			out = append(out, o)
			continue
		case !o.Returned || o.Minor >= 0: // nothing was paid, or taken back
			free++
			continue
		}
		back, part := -o.Minor, 0
		for i := len(list) - 1; i >= 0 && back > 0; i-- {
			n := min(back, list[i].left)
			if n == 0 {
				continue
			}
			list[i].left -= n
			back -= n
			piece := o
			piece.Of, piece.Minor = list[i].number, -n
			if part > 0 {
				piece.Number += fmt.Sprintf("/%d", part+1)
			}
			part++
			out = append(out, piece)
		}
		if back > 0 {
			rest := o
			rest.Minor = -back
			if part > 0 {
				rest.Number += fmt.Sprintf("/%d", part+1)
			}
			out = append(out, rest)
		}
	}
	if len(out) == 0 {
		return 0
	}
	p.Orders = out
	return free
}

// bounded hashes a text while it is read, and ends with ErrTooMany where the text is too
// long, or with the context.
type bounded struct {
	ctx  context.Context //nolint:containedctx // of the one call that reads
	r    io.Reader
	left int64
	sum  hash.Hash
}

func (b *bounded) Read(p []byte) (int, error) {
	if err := b.ctx.Err(); err != nil {
		return 0, err
	}
	if b.left <= 0 {
		return 0, fmt.Errorf("%w: at most %d of them, and %d MiB of text", ErrTooMany, MaxInvoices, MaxText>>20)
	}
	n, err := b.r.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	b.sum.Write(p[:n])
	return n, err
}

// counted tells how much was read.
type counted struct {
	r    io.Reader
	read int64
	tell func(int64)
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.read += int64(n)
	if c.tell != nil {
		c.tell(c.read)
	}
	return n, err
}

// names are the regions by their English names.
var names = func() map[string]string {
	out := map[string]string{"eire": "IE", "usa": "US", "rsa": "ZA", "uk": "GB", "czech republic": "CZ", "hong kong": "HK", "korea": "KR"}
	english := display.English.Regions()
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			code := string([]rune{a, b})
			if region, err := language.ParseRegion(code); err == nil && region.IsCountry() && region.Canonicalize().String() == code {
				if name := english.Name(region); name != "" && name != code {
					out[strings.ToLower(name)] = code
				}
			}
		}
	}
	return out
}()

// Region is the code of a country that a file names; empty where it names none.
func Region(country string) string { return names[strings.ToLower(strings.TrimSpace(country))] }
