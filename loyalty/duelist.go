package loyalty

// dueList is the due instants of a MemStore's shard in order: a skip list, whose
// levels come from a counter, so that equal histories give equal lists.
type dueList struct {
	head  *dueNode
	draws uint64
}

const dueLevels = 20 // enough for a million accounts of one shard

type dueNode struct {
	DueAccount
	next []*dueNode
}

// dueKey orders a shard's list by tenant first, since queries are for one tenant.
func dueBefore(a, b DueAccount) bool {
	if a.Account.Tenant != b.Account.Tenant {
		return a.Account.Tenant < b.Account.Tenant
	}
	return a.Compare(b) < 0
}

// path finds the last node before d on every level.
func (l *dueList) path(d DueAccount) (path [dueLevels]*dueNode) {
	if l.head == nil {
		l.head = &dueNode{next: make([]*dueNode, dueLevels)}
	}
	at := l.head
	for level := dueLevels - 1; level >= 0; level-- {
		for at.next[level] != nil && dueBefore(at.next[level].DueAccount, d) {
			at = at.next[level]
		}
		path[level] = at
	}
	return path
}

func (l *dueList) insert(d DueAccount) {
	path := l.path(d)
	n := &dueNode{DueAccount: d, next: make([]*dueNode, l.level())}
	for i := range n.next {
		n.next[i], path[i].next[i] = path[i].next[i], n
	}
}

func (l *dueList) remove(d DueAccount) {
	path := l.path(d)
	n := path[0].next[0]
	if n == nil || n.DueAccount != d {
		return
	}
	for i := range n.next {
		path[i].next[i] = n.next[i]
	}
}

// level draws a height: one node in four is higher than the one below.
func (l *dueList) level() int {
	l.draws++
	x := l.draws * 0x9e3779b97f4a7c15
	x ^= x >> 29
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 32
	n := 1
	for n < dueLevels && x&3 == 0 {
		n++
		x >>= 2
	}
	return n
}

// page gives up to limit accounts of the tenant after the cursor and due by until.
func (l *dueList) page(q DueQuery) (page []DueAccount) {
	from := q.After
	start := from == DueAccount{}
	if start {
		from = DueAccount{Account: AccountID{Tenant: q.Tenant}, Due: -1 << 63}
	}
	path := l.path(from)
	for n := path[0].next[0]; n != nil && len(page) < q.Limit; n = n.next[0] {
		if n.Account.Tenant != q.Tenant || n.Due > q.Until {
			break
		}
		if !start && n.DueAccount == q.After {
			continue
		}
		page = append(page, n.DueAccount)
	}
	return page
}
