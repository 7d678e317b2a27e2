using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Data;

/// <summary>Rows come in order from another thread, whose errors come out here, and which ends whatever happens.</summary>
public sealed class ReadAheadTests
{
    private static readonly TargetCheck Check = new(new SoftmaxCrossEntropy(), Clusters.Classes);

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
        var stream = new RowsStream(Rows) { OnRow = (opening, at) => FailIf(opening == 2 && at == row) };
        using (ReadAhead reading = Begin(stream))
        {
            for (int i = 0; i < row; i++)
                Assert.True(reading.MoveNext());
            Assert.Contains(nameof(FailIf), Assert.Throws<TimeoutException>(() => reading.MoveNext()).StackTrace);
            // And again: who has not heard of it may ask once more.
            Assert.Throws<TimeoutException>(() => reading.MoveNext());
        }

        Assert.Equal(0, stream.OpenReaders);
    }

    [Fact]
    public void What_is_thrown_at_opening_comes_out()
    {
        using ReadAhead reading = Begin(new RowsStream(Rows) { OnOpen = opening => FailIf(opening == 2) });
        Assert.Contains(nameof(FailIf), Assert.Throws<TimeoutException>(() => reading.MoveNext()).StackTrace);
    }

    [Fact]
    public void What_is_thrown_at_closing_comes_out_after_the_last_row()
    {
        using ReadAhead reading = Begin(new RowsStream(Rows) { OnClose = opening => FailIf(opening == 2) });
        for (int i = 0; i < Count; i++)
            Assert.True(reading.MoveNext());
        Assert.Throws<TimeoutException>(() => reading.MoveNext());
    }

    [Fact]
    public void Of_two_failures_the_first_comes_out()
    {
        using ReadAhead reading =
            Begin(new RowsStream(Rows) { OnRow = (opening, _) => FailIf(opening == 2), OnClose = opening => Assert.Equal(1, opening) });
        Assert.Throws<TimeoutException>(() => reading.MoveNext());
    }

    [Fact]
    public void What_is_thrown_at_closing_a_reading_that_nobody_wants_any_more_is_of_no_interest()
    {
        ReadAhead reading = Begin(new RowsStream(Rows) { OnClose = opening => FailIf(opening == 2) });
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
            OnRow = (opening, row) =>
            {
                if (opening == 1)
                    return;
                Volatile.Write(ref read, row);
                if (row == 4 * 1024)
                    fifthChunk.Set();
            },
        };
        using (ReadAhead reading = Begin(stream))
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
            OnRow = (opening, row) =>
            {
                if (opening == 1 || row != 5)
                    return;
                waiting.Set();
                goOn.Wait();
            },
        };
        using ReadAhead reading = Begin(stream, cancellation.Token);
        var canceller = new Thread(() =>
        {
            waiting.Wait();
            cancellation.Cancel();
        });
        canceller.Start();
        try
        {
            Assert.False(reading.MoveNext());
        }
        finally
        {
            canceller.Join();
            goOn.Set();
        }
    }

    [Fact]
    public void Nothing_is_opened_once_it_is_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        var stream = new RowsStream(Rows);
        using ReadAhead reading = Begin(stream, cancellation.Token);
        Assert.True(reading.MoveNext());
        cancellation.Cancel();
        reading.Begin();
        Assert.False(reading.MoveNext());
        Assert.Equal((2, 0), (stream.Openings, stream.OpenReaders)); // To count, and before it was cancelled.
    }

    [Theory]
    [InlineData(2999, "2999 rows to use instead of 3000")]
    [InlineData(0, "0 rows to use instead of 3000")]
    [InlineData(3001, "more than 3000 rows to use instead of 3000")]
    public void Another_number_of_rows_than_was_counted_is_an_error(int count, string how)
    {
        var stream = new RowsStream(Clusters.Rows(3001)) { CountOf = opening => opening == 1 ? Count : count };
        using ReadAhead reading = Begin(stream);
        for (int i = 0; i < Math.Min(count, Count); i++)
            Assert.True(reading.MoveNext());
        AssertChanged(how, reading);
    }

    [Fact]
    public void Another_order_of_rows_than_was_counted_is_an_error()
    {
        // Two rows of one class, exchanged, go unnoticed; others do not.
        int first = Enumerable.Range(0, Count).First(row => Rows.Classes[row] != Rows.Classes[row + 1]);
        var stream = new RowsStream(Rows)
        {
            RowAt = (opening, place) => opening == 2 && place == first ? first + 1 : opening == 2 && place == first + 1 ? first : place,
        };
        using ReadAhead reading = Begin(stream);
        for (int i = 0; i < Count; i++)
            Assert.True(reading.MoveNext());
        AssertChanged("its rows in another order, or with other targets or weights, than", reading);
    }

    private static void AssertChanged(string how, ReadAhead reading) => Assert.Equal(
        $"The training stream returned {how} when they were counted; it must give the same rows in the same order each time that it is read.",
        Assert.Throws<InvalidOperationException>(() => reading.MoveNext()).Message);

    private static void FailIf(bool failing)
    {
        if (failing)
            throw new TimeoutException();
    }

    private static ReadAhead Begin(ExampleStream stream, CancellationToken cancellationToken = default)
    {
        StreamRows rows = new StreamRows { Stream = stream, Name = "training", Check = Check }.Counted(CancellationToken.None);
        var reading = new ReadAhead(rows, cancellationToken);
        reading.Begin();
        return reading;
    }
}
