// The bounds of chance, against values that can be worked out by hand.
package main

import (
	"math"
	"testing"
)

func TestBoundsHoldAllButAnAccident(t *testing.T) {
	for _, trial := range []struct {
		n int
		p float64
	}{{1000, 0.75}, {1000, 0.5}, {200, 1.0 / 3}, {20, 0.5}} {
		least, most := Bounds(trial.n, trial.p)
		below, above := 0.0, 0.0
		for k := range trial.n + 1 {
			if k < least {
				below += binomial(trial.n, k, trial.p)
			}
			if k > most {
				above += binomial(trial.n, k, trial.p)
			}
		}
		if below > accident || above > accident {
			t.Errorf("n %d, p %g: %d to %d leave out %g and %g", trial.n, trial.p, least, most, below, above)
		}
		// One count further in would leave out too much: the bounds are as tight as they may be.
		if below+binomial(trial.n, least, trial.p) <= accident || above+binomial(trial.n, most, trial.p) <= accident {
			t.Errorf("n %d, p %g: %d to %d are too wide", trial.n, trial.p, least, most)
		}
	}
	// Two to the minus twenty is more than the accident, so no count of twenty coins is out of bounds; with forty some are.
	if least, most := Bounds(20, 0.5); least != 0 || most != 20 {
		t.Errorf("twenty coins: %d to %d", least, most)
	}
	if least, _ := Bounds(40, 0.5); least != 3 {
		t.Errorf("forty coins: from %d; 821 of 2^40 outcomes have two heads at the most, 10701 have three", least)
	}
}

func TestCertainAndImpossible(t *testing.T) {
	if least, most := Bounds(50, 1); least != 50 || most != 50 {
		t.Errorf("certain: %d to %d", least, most)
	}
	if least, most := Bounds(50, 0); least != 0 || most != 0 {
		t.Errorf("impossible: %d to %d", least, most)
	}
}

func TestEnoughToSee(t *testing.T) {
	for n, want := range map[int]int{0: 1, 1: 1, 2: 31} {
		if got := EnoughToSee(n); got != want {
			t.Errorf("%d places: %d calls, expected %d", n, got, want)
		}
	}
	n := EnoughToSee(3)
	if missed := 3 * math.Pow(2.0/3, float64(n)); missed > accident {
		t.Errorf("3 places are missed with %g in %d calls", missed, n)
	}
}
