package recommend

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// neighbour is how much owning one item speaks for another.
type neighbour struct {
	item    uint32
	support int32
	weight  float64
}

// byWeight orders neighbours: the strongest first, equal ones by item.
func byWeight(a, b neighbour) int {
	switch {
	case a.weight > b.weight:
		return -1
	case a.weight < b.weight:
		return 1
	}
	return int(a.item) - int(b.item)
}

// cosine keeps for every item its nearest neighbours.
func (m *Model) cosine(b *baskets, o *Options) {
	n := len(b.items)
	norm := make([]float64, n)
	for i := range n {
		norm[i] = math.Sqrt(float64(b.owns(i)))
	}
	sums := make([]float64, n) // of products of weights, with a half-life
	if b.weight != nil {
		b.sortOwners()
		for k, i := range b.owned {
			sums[i] += b.weight[k] * b.weight[k]
		}
		for i := range n {
			norm[i] = math.Sqrt(sums[i])
		}
	}
	both := make([]int32, n)
	product := make([]float64, n)
	var touched []uint32
	var near []neighbour
	m.start = make([]int, 1, n+1)
	for i := range n {
		touched = touched[:0]
		for _, c := range b.owners[b.users[i]:b.users[i+1]] {
			from, to := b.start[c], b.start[c+1]
			own := 1.0
			if b.weight != nil {
				k, _ := slices.BinarySearch(b.owned[from:to], uint32(i)) //nolint:gosec // bounded
				own = b.weight[from+k]
			}
			for k := from; k < to; k++ {
				j := b.owned[k]
				if both[j] == 0 {
					touched = append(touched, j)
				}
				both[j]++
				if b.weight != nil {
					product[j] += own * b.weight[k]
				}
			}
		}
		near = near[:0]
		for _, j := range touched {
			support, p := both[j], product[j]
			both[j], product[j] = 0, 0
			if int(j) == i {
				continue
			}
			if int(support) < o.MinSupport {
				m.report.Thin++
				continue
			}
			if b.weight == nil {
				p = float64(support)
			}
			if root := norm[i] * norm[j]; p > 0 && root > 0 { // else all has faded to nothing
				near = append(near, neighbour{j, support, min(p/root, 1) * (root / (root + o.Shrink))})
			}
		}
		m.keep(near, o.Neighbours)
	}
}

// keep adds the strongest neighbours of the next item.
func (m *Model) keep(near []neighbour, most int) {
	near = strongest(near, most)
	slices.SortFunc(near, byWeight)
	m.near = append(m.near, near...)
	m.start = append(m.start, len(m.near))
	m.report.Pairs += len(near)
	if len(near) == 0 {
		m.report.Lonely++
	}
}

// strongest moves the k strongest to the front and gives them, in any order: a
// selection that takes time in proportion to all of them.
func strongest(list []neighbour, k int) []neighbour {
	lo, hi := 0, len(list)
	for hi > k && hi-lo > 16 {
		pivot := median(list[lo], list[(lo+hi)/2], list[hi-1])
		i, j := lo, hi-1
		for i <= j {
			for byWeight(list[i], pivot) < 0 {
				i++
			}
			for byWeight(list[j], pivot) > 0 {
				j--
			}
			if i <= j {
				list[i], list[j] = list[j], list[i]
				i, j = i+1, j-1
			}
		}
		switch {
		case k <= j:
			hi = j + 1
		case k >= i:
			lo = i
		default:
			return list[:k]
		}
		if lo >= k {
			return list[:k]
		}
	}
	if len(list) <= k {
		return list
	}
	slices.SortFunc(list[lo:hi], byWeight)
	return list[:k]
}

func median(a, b, c neighbour) neighbour {
	if byWeight(a, b) > 0 {
		a, b = b, a
	}
	if byWeight(b, c) > 0 {
		b = c
	}
	if byWeight(a, b) > 0 {
		b = a
	}
	return b
}

// sortOwners fixes the order in which sums are made: customers by what they own and
// with which weights, so that the order of purchases does not matter.
func (b *baskets) sortOwners() {
	rank := make([]uint32, len(b.start)-1)
	for c := range rank {
		rank[c] = uint32(c) //nolint:gosec // bounded
	}
	slices.SortFunc(rank, func(x, y uint32) int {
		a, z := b.start[x], b.start[y]
		if c := slices.Compare(b.owned[a:b.start[x+1]], b.owned[z:b.start[y+1]]); c != 0 {
			return c
		}
		return slices.Compare(b.weight[a:b.start[x+1]], b.weight[z:b.start[y+1]])
	})
	place := make([]uint32, len(rank))
	for i, c := range rank {
		place[c] = uint32(i) //nolint:gosec // bounded
	}
	start, owned, weight := make([]int, 1, len(b.start)), make([]uint32, 0, len(b.owned)), make([]float64, 0, len(b.weight))
	segment := make([]uint32, 0, len(b.segment))
	for _, c := range rank {
		owned = append(owned, b.owned[b.start[c]:b.start[c+1]]...)
		weight = append(weight, b.weight[b.start[c]:b.start[c+1]]...)
		start = append(start, len(owned))
		segment = append(segment, b.segment[c])
	}
	b.start, b.owned, b.weight, b.segment = start, owned, weight, segment
	b.invert()
}

// ease solves Steck's model: B = I - P diag(1/P_jj) with P the inverse of the Gram
// matrix plus lambda (eq. 8). Owning i speaks for j with B_ij. Pairs without support
// are left out, so that a score is the sum of its reasons.
func (m *Model) ease(b *baskets, o *Options) error {
	n := len(b.items)
	if n > MaxEASEItems {
		return fmt.Errorf("%w: EASE is for at most %d items, here are %d: use cosine", ErrOptions, MaxEASEItems, n)
	}
	counts := make([]int32, n*n)
	for c := range len(b.start) - 1 {
		own := b.owned[b.start[c]:b.start[c+1]]
		for _, i := range own {
			line := counts[int(i)*n : int(i)*n+n]
			for _, j := range own {
				line[j]++
			}
		}
	}
	gram := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			gram.SetSym(i, j, float64(counts[i*n+j]))
		}
		gram.SetSym(i, i, gram.At(i, i)+o.Lambda)
	}
	var chol mat.Cholesky
	var inverse mat.SymDense
	if !chol.Factorize(gram) {
		return fmt.Errorf("%w: the ridge Lambda = %g is too small for these purchases", ErrOptions, o.Lambda)
	}
	if err := chol.InverseTo(&inverse); err != nil {
		return fmt.Errorf("%w: the ridge Lambda = %g is too small for these purchases", ErrOptions, o.Lambda)
	}
	var near []neighbour
	m.start = make([]int, 1, n+1)
	for i := range n {
		near = near[:0]
		for j := range n {
			support := counts[i*n+j]
			weight := -inverse.At(i, j) / inverse.At(j, j)
			switch {
			case j == i || weight == 0:
			case int(support) < o.MinSupport:
				if support > 0 {
					m.report.Thin++
				}
			default:
				near = append(near, neighbour{uint32(j), support, weight}) //nolint:gosec // bounded
			}
		}
		m.keep(near, o.Neighbours)
	}
	return nil
}
