package git

import (
	"errors"
	"io"
)

// budget bounds what is read from a server over one Mirror.
type budget struct {
	left    int64
	spent   bool
	failure error // why a request failed
}

var errSpent = errors.New("the byte budget is spent")

// reader takes what is read from r out of the budget, and at most most bytes of it.
func (b *budget) reader(r io.Reader, most int64) io.Reader { return &budgetReader{r, b, most} }

type budgetReader struct {
	io.Reader
	budget *budget
	most   int64
}

func (r *budgetReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	r.budget.left -= int64(n)
	r.most -= int64(n)
	if r.budget.left < 0 || r.most < 0 {
		r.budget.spent = true
		return 0, errSpent
	}
	return n, err
}
