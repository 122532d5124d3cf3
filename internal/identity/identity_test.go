package identity

import (
	"math/rand/v2"
	"strings"
	"testing"
)

func TestFoldKey(t *testing.T) {
	for _, test := range []struct{ address, want string }{
		{"ann@example.org", "ann@example.org"},
		{"ann.lee+x@example.org", "ann.lee+x@example.org"},
		{"annlee@gmail.com", "annlee@gmail.com"},
		{"ann.lee@gmail.com", "annlee@gmail.com"},
		{"a.n.n.lee+news+more@googlemail.com", "annlee@gmail.com"},
		{"ann.lee@notgmail.com", "ann.lee@notgmail.com"},
		{"ann.lee@gmail.com.example.org", "ann.lee@gmail.com.example.org"},
		{"ann.lee@mail.gmail.com", "ann.lee@mail.gmail.com"},
		{"+tag@gmail.com", "+tag@gmail.com"},
		{"...@gmail.com", "...@gmail.com"},
		{".+x@gmail.com", ".@gmail.com"},
		{`"a@b"@gmail.com`, `"a@b"@gmail.com`},
		{"@gmail.com", "@gmail.com"},
		{"gmail.com", "gmail.com"},
		{"ann", "ann"},
		{"", ""},
	} {
		if got := FoldKey(test.address); got != test.want {
			t.Errorf("FoldKey(%q) = %q, want %q", test.address, got, test.want)
		}
	}
}

func FuzzFoldKey(f *testing.F) {
	for _, seed := range []string{"ann@x", "a.b+c@gmail.com", "+.@googlemail.com", "@", "", "..+..@gmail.com", "é@gmail.com"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, address string) {
		got := FoldKey(address)
		if again := FoldKey(got); again != got {
			t.Errorf("FoldKey(%q) = %q, and of that %q, want the same", address, got, again)
		}
		gmail := strings.HasSuffix(address, "@gmail.com") || strings.HasSuffix(address, "@googlemail.com")
		if !gmail && got != address {
			t.Errorf("FoldKey(%q) = %q, want it as it is", address, got)
		}
		if gmail && !strings.HasSuffix(got, "@gmail.com") {
			t.Errorf("FoldKey(%q) = %q, want one @gmail.com", address, got)
		}
	})
}

func TestBestName(t *testing.T) {
	for _, test := range []struct {
		what  string
		names []Name
		want  string
	}{
		{"none", nil, "fallback"},
		{"empty ones", []Name{{"", 9}, {"", 3}}, "fallback"},
		{"most used", []Name{{"Ann", 2}, {"Ann Lee", 5}, {"A.", 1}}, "Ann Lee"},
		{"least among equals", []Name{{"b", 2}, {"a", 2}, {"c", 2}}, "a"},
		{"an empty one counts for nothing", []Name{{"", 9}, {"Ann", 1}}, "Ann"},
	} {
		if got := BestName(test.names, "fallback"); got != test.want {
			t.Errorf("best of %s: got %q, want %q", test.what, got, test.want)
		}
	}
}

// TestBestNameAnyOrder checks that the order of names decides nothing.
func TestBestNameAnyOrder(t *testing.T) {
	for seed := range uint64(100) {
		dice := rand.New(rand.NewPCG(seed, 1))
		names := make([]Name, 1+dice.IntN(6))
		for i := range names {
			names[i] = Name{string(rune('a' + i)), 1 + dice.IntN(3)}
		}
		want := BestName(names, "~")
		dice.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
		if got := BestName(names, "~"); got != want {
			t.Fatalf("seed %d: best of %v is %q, want %q as before", seed, names, got, want)
		}
	}
}
