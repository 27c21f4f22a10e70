package cow

// page and span are the entries of a page and the pages of a block.
const (
	page = 16
	span = 64
)

// Vector is a sequence that grows at its end. The zero value is empty.
type Vector[T any] struct {
	own    *Owner // of the list of blocks
	blocks []*block[T]
	n      int
}

type block[T any] struct {
	own   *Owner
	pages []*leaf[T]
}

type leaf[T any] struct {
	own   *Owner
	items []T
}

// Len is the number of entries.
func (v *Vector[T]) Len() int { return v.n }

// At is entry i, 0 <= i < Len, for reading only.
func (v *Vector[T]) At(i int) *T {
	return &v.blocks[i/(page*span)].pages[i/page%span].items[i%page]
}

// Edit is entry i for changing. The pointer is good until the vector is shared.
func (v *Vector[T]) Edit(own *Owner, i int) *T {
	return &v.leaf(own, i/page).items[i%page]
}

// Append adds an entry at the end.
func (v *Vector[T]) Append(own *Owner, item T) {
	v.mine(own)
	p := v.n / page
	if p/span == len(v.blocks) {
		v.blocks = append(v.blocks, &block[T]{own: own})
	}
	b := v.block(own, p/span)
	if p%span == len(b.pages) {
		b.pages = append(b.pages, &leaf[T]{own: own})
	}
	l := v.leaf(own, p)
	l.items = append(l.items, item)
	v.n++
}

func (v *Vector[T]) mine(own *Owner) {
	if v.own != own {
		v.blocks = append(make([]*block[T], 0, len(v.blocks)+1), v.blocks...)
		v.own = own
	}
}

func (v *Vector[T]) block(own *Owner, i int) *block[T] {
	v.mine(own)
	b := v.blocks[i]
	if b.own != own {
		b = &block[T]{own: own, pages: append(make([]*leaf[T], 0, min(len(b.pages)+1, span)), b.pages...)}
		v.blocks[i] = b
	}
	return b
}

func (v *Vector[T]) leaf(own *Owner, p int) *leaf[T] {
	b := v.block(own, p/span)
	l := b.pages[p%span]
	if l.own != own {
		l = &leaf[T]{own: own, items: append(make([]T, 0, min(len(l.items)+1, page)), l.items...)}
		b.pages[p%span] = l
	}
	return l
}
