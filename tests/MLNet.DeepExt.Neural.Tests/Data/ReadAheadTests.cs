using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Data;

/// <summary>Rows come in order from another thread, whose errors come out here, and which ends whatever happens.</summary>
public sealed class ReadAheadTests
{
    private const int Count = 3000; // Three chunks.

    private static readonly LabeledRows Rows = Clusters.Rows(Count);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1023)]
    [InlineData(1024)]
    [InlineData(2999)]
    public void What_a_reader_throws_comes_out_after_the_rows_before_it_with_its_own_stack(int row)
    {
        var stream = new RowsStream(Rows) { OnRow = (_, at) => FailAt(row, at) };
        using (ReadAhead reading = Begin(stream))
        {
            for (int i = 0; i < row; i++)
                Assert.True(reading.MoveNext());
            Assert.Contains(nameof(FailAt), Assert.Throws<TimeoutException>(() => reading.MoveNext()).StackTrace);
            // And again: who has not heard of it may ask once more.
            Assert.Throws<TimeoutException>(() => reading.MoveNext());
        }

        Assert.Equal(0, stream.OpenReaders);
    }

    [Fact]
    public void What_is_thrown_at_opening_comes_out()
    {
        using ReadAhead reading = Begin(new RowsStream(Rows) { OnOpen = _ => FailAt(0, 0) });
        Assert.Contains(nameof(FailAt), Assert.Throws<TimeoutException>(() => reading.MoveNext()).StackTrace);
    }

    [Fact]
    public void What_is_thrown_at_closing_comes_out_after_the_last_row()
    {
        using ReadAhead reading = Begin(new RowsStream(Rows) { OnClose = _ => FailAt(0, 0) });
        for (int i = 0; i < Count; i++)
            Assert.True(reading.MoveNext());
        Assert.Throws<TimeoutException>(() => reading.MoveNext());
    }

    [Fact]
    public void Of_two_failures_the_first_comes_out()
    {
        using ReadAhead reading = Begin(new RowsStream(Rows) { OnRow = (_, at) => FailAt(0, at), OnClose = _ => throw new InvalidCastException() });
        Assert.Throws<TimeoutException>(() => reading.MoveNext());
    }

    [Fact]
    public void What_is_thrown_at_closing_a_reading_that_nobody_wants_any_more_is_of_no_interest()
    {
        ReadAhead reading = Begin(new RowsStream(Rows) { OnClose = _ => FailAt(0, 0) });
        Assert.True(reading.MoveNext());
        reading.Dispose();
    }

    [Fact]
    public void No_more_is_read_than_a_few_chunks_ahead()
    {
        LabeledRows rows = Clusters.Rows(20_000);
        using var fifthChunk = new ManualResetEventSlim();
        int read = 0;
        var stream = new RowsStream(rows)
        {
            OnRow = (_, row) =>
            {
                Volatile.Write(ref read, row);
                if (row == 4 * 1024)
                    fifthChunk.Set();
            },
        };
        using (ReadAhead reading = Begin(stream, rows.Count))
        {
            // With the first chunk taken and not yet given back there is room for three more.
            Assert.True(reading.MoveNext());
            for (int i = 0; i < 1023; i++)
                Assert.True(reading.MoveNext());
            Assert.InRange(Volatile.Read(ref read), 1023, 4 * 1024 - 1);
            Assert.False(fifthChunk.IsSet);
            Assert.True(reading.MoveNext());
            fifthChunk.Wait(TestContext.Current.CancellationToken);
        }

        Assert.Equal(0, stream.OpenReaders);
    }

    [Fact]
    public void Cancelling_ends_the_wait_for_a_row()
    {
        using var cancellation = new CancellationTokenSource();
        using var goOn = new ManualResetEventSlim();
        using var waiting = new ManualResetEventSlim();
        var stream = new RowsStream(Rows)
        {
            OnRow = (_, row) =>
            {
                if (row != 5)
                    return;
                waiting.Set();
                goOn.Wait();
            },
        };
        using ReadAhead reading = Begin(stream, cancellationToken: cancellation.Token);
        var canceller = new Thread(() =>
        {
            waiting.Wait();
            cancellation.Cancel();
        });
        canceller.Start();
        Assert.False(reading.MoveNext());
        canceller.Join();
        goOn.Set();
    }

    [Fact]
    public void Other_rows_than_were_counted_are_an_error()
    {
        Assert.Equal(
            "The training stream gave 2999 rows to use, where it gave 3000 when they were counted; it must give the same rows each time that it is read.",
            MessageFor(given: Count - 1));
        Assert.Equal(
            "The training stream gave 0 rows to use, where it gave 3000 when they were counted; it must give the same rows each time that it is read.",
            MessageFor(given: 0));
        Assert.Equal(
            "The training stream gave more than 2999 rows to use, where it gave 2999 when they were counted; it must give the same rows each time that it is read.",
            MessageFor(given: Count, counted: Count - 1));

        static string MessageFor(int given, int counted = Count)
        {
            var stream = new RowsStream(Rows) { CountOf = _ => given };
            using ReadAhead reading = Begin(stream, counted);
            for (int i = 0; i < Math.Min(given, counted); i++)
                Assert.True(reading.MoveNext());
            return Assert.Throws<InvalidOperationException>(() => reading.MoveNext()).Message;
        }
    }

    private static void FailAt(int row, int at)
    {
        if (row == at)
            throw new TimeoutException();
    }

    private static ReadAhead Begin(ExampleStream stream, int count = Count, CancellationToken cancellationToken = default)
    {
        var reading = new ReadAhead(
            new StreamRows { Stream = stream, Name = "training", Classes = Clusters.Classes }.Counted(count), cancellationToken);
        reading.Begin();
        return reading;
    }
}
