// Measures robfig/cron and gorhill/cronexpr as actpd-bench measures actpd: the same expressions, zone and
// instants, the same names of figures. Prints one JSON object: peer, figure, value.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"sort"
	"sync"
	"syscall"
	"time"

	"github.com/gorhill/cronexpr"
	"github.com/robfig/cron"
)

const (
	robfig  = "robfig/cron"
	gorhill = "gorhill/cronexpr"
	passes  = 7
	entries = 10_000
)

type figures map[string]map[string]float64

func (f figures) set(peer, name string, value float64) {
	if f[peer] == nil {
		f[peer] = map[string]float64{}
	}
	f[peer][name] = value
}

var expressions = []struct{ name, text string }{
	{"every minute", "* * * * *"}, {"daily", "30 4 * * *"}, {"weekdays", "0 9 * * 1-5"}, {"29 February", "0 0 29 2 *"},
}

type schedule interface{ Next(time.Time) time.Time }

func main() {
	zone := must(time.LoadLocation("America/New_York"))
	result := figures{}
	switch mode := os.Args[1]; mode {
	case "speed":
		speed(result, zone)
	case "memory":
		memory(result, zone)
	case "spread", "burst":
		lateness(result, mode == "burst")
	case "idle":
		idle(zone)
		return
	default:
		fmt.Fprintln(os.Stderr, "speed, memory, spread, burst or idle is wanted")
		os.Exit(64)
	}
	must(0, json.NewEncoder(os.Stdout).Encode(result))
}

func must[T any](value T, err error) T {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return value
}

// Processor time of the whole process, the garbage collector's threads included: microseconds.
func processorTime() float64 {
	var usage syscall.Rusage
	must(0, syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e3
}

// The median over passes of what one of so many calls takes; one pass before them warms up.
func median(calls int, work func()) float64 {
	var values []float64
	work()
	for i := 0; i < passes; i++ {
		start := processorTime()
		work()
		values = append(values, (processorTime()-start)/float64(calls))
	}
	sort.Float64s(values)
	return values[passes/2]
}

func speed(result figures, zone *time.Location) {
	const calls = 50_000
	parsed := map[string]float64{}
	for _, e := range expressions {
		text := e.text
		for peer, s := range map[string]schedule{
			robfig: must(cron.ParseStandard(text)), gorhill: must(cronexpr.Parse(text)),
		} {
			s := s
			result.set(peer, "next instant, "+e.name, median(calls, func() { chain(s, zone, calls) }))
		}
		parsed[robfig] += median(calls, func() {
			for i := 0; i < calls; i++ {
				must(cron.ParseStandard(text))
			}
		})
		parsed[gorhill] += median(calls, func() {
			for i := 0; i < calls; i++ {
				must(cronexpr.Parse(text))
			}
		})
	}
	for peer, sum := range parsed {
		result.set(peer, "parse, mean of the four", sum/float64(len(expressions)))
	}
}

// Each instant is sought from the one before, from 2024 until 2037 and then again from 2024.
func chain(s schedule, zone *time.Location, calls int) {
	start, end := time.Unix(1_704_067_200, 0).In(zone), time.Unix(2_114_380_800, 0).In(zone)
	at := start
	for i := 0; i < calls; i++ {
		at = s.Next(at)
		if at.IsZero() || !at.Before(end) {
			at = start
		}
	}
}

func text(index int) string { return fmt.Sprintf("%d %d * * 1-5", index%60, index/60%24) }

// What an entry has to know to run something, as actpd's schedules do.
type task struct{ name, domain, task string }

func (*task) Run() {}

// Live memory of the heap after a collection, which leaves out what the collector keeps in reserve.
func heap() float64 {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return float64(stats.HeapAlloc)
}

func memory(result figures, zone *time.Location) {
	before := heap()
	scheduler := cron.New(cron.WithLocation(zone))
	for i := 0; i < entries; i++ {
		job := &task{fmt.Sprintf("prospect_funnel_score_%d", i), "prospect", "score-all"}
		must(scheduler.AddJob(text(i), job))
	}
	scheduler.Start()
	time.Sleep(200 * time.Millisecond)
	result.set(robfig, "memory of an entry", (heap()-before)/entries)
	<-scheduler.Stop().Done()
	runtime.KeepAlive(scheduler)

	for peer, parse := range map[string]func(string) schedule{
		robfig:  func(text string) schedule { return must(cron.ParseStandard(text)) },
		gorhill: func(text string) schedule { return must(cronexpr.Parse(text)) },
	} {
		before = heap()
		parsed := make([]schedule, 0, entries)
		for i := 0; i < entries; i++ {
			parsed = append(parsed, parse(text(i)))
		}
		result.set(peer, "memory of an expression", (heap()-before)/entries)
		runtime.KeepAlive(parsed)
	}
}

// A thousand entries: each in its own second of the minute, or all every ten seconds. How late a function starts is
// counted from the instant planned, the latest at or before now that its expression matches.
func lateness(result figures, isBurst bool) {
	name, duration, count := "1,000 entries, 17 each second", 30*time.Second, 1_000
	if isBurst {
		name, duration = "1,000 entries, all in one second", 35*time.Second
	}
	var lock sync.Mutex
	var late []float64
	scheduler := cron.New(cron.WithSeconds())
	for i := 0; i < count; i++ {
		text, second, period := fmt.Sprintf("%d * * * * *", i%60), int64(i%60), int64(60)
		if isBurst {
			text, second, period = "*/10 * * * * *", 0, 10
		}
		must(scheduler.AddFunc(text, func() {
			now := time.Now()
			planned := now.Unix() - (now.Unix()-second)%period
			value := float64(now.UnixNano()-planned*1e9) / 1e6
			lock.Lock()
			late = append(late, value)
			lock.Unlock()
		}))
	}
	scheduler.Start()
	start := time.Now().Truncate(time.Second)
	// Stopped in the middle of a second, where no slot is.
	time.Sleep(time.Until(start.Add(duration + 500*time.Millisecond)))
	<-scheduler.Stop().Done()
	expected := 0
	for second := start.Unix() + 1; second <= start.Add(duration).Unix(); second++ {
		for i := 0; i < count; i++ {
			if isBurst && second%10 == 0 || !isBurst && second%60 == int64(i%60) {
				expected++
			}
		}
	}
	sort.Float64s(late)
	rank := func(percent int) float64 { return late[(percent*len(late)+99)/100-1] }
	result.set(robfig, name+": p50", rank(50))
	result.set(robfig, name+": p99", rank(99))
	result.set(robfig, name+": slots not run", float64(expected-len(late)))
}

// A thousand entries that do not fire; says when it is ready and ends when its input does.
func idle(zone *time.Location) {
	scheduler := cron.New(cron.WithLocation(zone))
	for i := 0; i < 1_000; i++ {
		must(scheduler.AddFunc("0 0 29 2 *", func() {}))
	}
	scheduler.Start()
	fmt.Println("ready")
	must(io.Copy(io.Discard, os.Stdin))
}
