package text

import (
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

func TestTidy(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "  ": "", "a": "a", " a  b ": "a b", "a\u00a0\u2009b": "a b", "a\u200bb": "ab", "a\x00\x1fb": "ab", "José  Ruiz": "José Ruiz",
		"\ufeffid": "id", "a\tb\r\n": "a b", "क्\u200dष": "क्\u200dष", "\u202eabc": "abc",
	} {
		if got := Tidy(in); got != want {
			t.Errorf("Tidy(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "José": "jose", "MÜLLER": "muller", "Weiß": "weiss", "O'Neill": "oneill", "O’Neill": "oneill", "Anna-Lena": "anna lena", "Łódź": "lodz", "Ærø": "aero",
		" a,b ": "a b", "ﬁne": "fine", "１２": "12", "Иван": "иван", "İstanbul": "istanbul",
	} {
		if got := Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestTwiceIsOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		if once := Tidy(s); Tidy(once) != once {
			t.Fatalf("Tidy twice of %q differs", s)
		}
		if once := Fold(s); Fold(once) != once {
			t.Fatalf("Fold twice of %q: %q, %q", s, once, Fold(once))
		}
		if got := string(AppendFold([]byte("- "), s)); got != "- "+Fold(s) {
			t.Fatalf("AppendFold of %q: %q", s, got)
		}
	})
}

func FuzzTidy(f *testing.F) {
	for _, s := range []string{" a\u00a0b ", "\u200b", "é", "\xff\xfe"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Tidy(s)
		for i, r := range got {
			if unicode.IsControl(r) || unicode.IsSpace(r) && (r != ' ' || i == 0) {
				t.Fatalf("Tidy(%q) = %q", s, got)
			}
		}
	})
}

func BenchmarkTidyASCII(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Tidy("12 High Street")
	}
}

func BenchmarkFold(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Fold("José Müller-Weiß")
	}
}

// TestFoldedLetters: what is looked up is what is worked out.
func TestFoldedLetters(t *testing.T) {
	for r := rune(0x80); r < 0x300; r++ {
		looked, worked := false, false
		if got, want := foldRune([]byte("a"), 0, r, &looked), foldAny([]byte("a"), 0, r, &worked); string(got) != string(want) || looked != worked {
			t.Errorf("%U: %q, want %q", r, got, want)
		}
	}
}

// TestFoldOfEveryLetter folds every character there is: what is folded stays so.
func TestFoldOfEveryLetter(t *testing.T) {
	for r := rune(0); r <= 0x10FFFF; r++ {
		if once := Fold("a" + string(r) + "b"); Fold(once) != once {
			t.Errorf("%U gave %q, then %q", r, once, Fold(once))
		}
	}
}
