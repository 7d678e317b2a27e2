using System.Runtime.ExceptionServices;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Data;

/// <summary>
/// Reads rows of a stream on a separate thread, a few chunks ahead of the consumer. Exceptions of that thread are rethrown
/// here, after the rows before them.
/// </summary>
/// <remarks>The stream is opened, read and closed by that thread, so readers need not be thread-safe.</remarks>
internal sealed class ReadAhead : IDisposable
{
    // Enough rows that passing them on costs little, and few enough to be small compared with any buffer.
    private const int Chunks = 4;
    private const int ChunkBytes = 1 << 20;
    private const int ChunkRows = 1024;

    private readonly StreamRows _rows;
    private readonly CancellationToken _cancellationToken;
    private readonly CancellationTokenRegistration _registration;
    private readonly ExampleChunk[] _chunks;
    private readonly object _gate = new(); // guards the following fields, down to _ended
    private ExceptionDispatchInfo? _failure;
    private long _filled;   // the number of read chunks
    private long _released; // the number of consumed chunks
    private bool _ended;
    private volatile bool _stopping;
    private Thread? _thread;
    private ExampleChunk? _current;
    private int _row;

    /// <param name="rows">The rows; they must have been counted.</param>
    /// <param name="cancellationToken">Cancels waiting for rows.</param>
    public ReadAhead(StreamRows rows, CancellationToken cancellationToken)
    {
        _rows = rows;
        _cancellationToken = cancellationToken;
        int width = rows.Stream.Width;
        int capacity = Math.Min(rows.Count!.Value, Math.Clamp(ChunkBytes / sizeof(float) / width, 1, ChunkRows));
        _chunks = [.. Enumerable.Range(0, Chunks).Select(_ => new ExampleChunk(capacity, width, rows.Stream.TargetWidth))];
        _registration = cancellationToken.UnsafeRegister(static state => ((ReadAhead)state!).Wake(), this);
    }

    /// <summary>The features of the row: (width).</summary>
    public ReadOnlySpan<float> Features => _current!.Features(_row);

    /// <summary>The weight of the row.</summary>
    public float Weight => _current!.Weights[_row];

    /// <summary>The number of the row in the stream.</summary>
    public long RowId => _current!.RowIds[_row];

    /// <summary>Copies the target of the row to an index of rows of the same kind.</summary>
    public void CopyTargetTo(TargetRows targets, int place) => _current!.Targets.CopyTo(_row, targets, place);

    /// <summary>Copies the target of the row to an index of a batch.</summary>
    public void CopyTargetTo(Target<float> target, int place) => _current!.Targets.CopyTo(_row, target, place);

    /// <summary>Restarts at the first row. Opens nothing after cancellation.</summary>
    public void Begin()
    {
        Stop();
        _failure = null;
        _filled = _released = 0;
        _ended = _stopping = false;
        _current = null;
        if (_cancellationToken.IsCancellationRequested)
            return;
        _thread = new Thread(Read) { IsBackground = true, Name = $"MLNet.DeepExt {_rows.Name} rows" };
        _thread.Start();
    }

    /// <summary>
    /// Moves to the next row, waiting for it. Returns false after the last row, when the stream is closed, or after cancellation.
    /// </summary>
    public bool MoveNext()
    {
        if (_current is not null && ++_row < _current.Count)
            return true;
        lock (_gate)
        {
            if (_current is not null)
            {
                _current = null;
                _released++;
                Monitor.PulseAll(_gate);
            }

            while (_filled == _released && !_ended && !_cancellationToken.IsCancellationRequested)
                Monitor.Wait(_gate);
            if (_cancellationToken.IsCancellationRequested)
                return false;
            if (_filled == _released)
            {
                _failure?.Throw();
                return false;
            }

            _current = _chunks[_released % Chunks];
            _row = 0;
            return true;
        }
    }

    /// <summary>Closes the stream after the row that is being read.</summary>
    public void Dispose()
    {
        _registration.Dispose();
        Stop();
    }

    private void Stop()
    {
        _stopping = true;
        Wake();
        _thread?.Join();
        _thread = null;
    }

    private void Wake()
    {
        lock (_gate)
            Monitor.PulseAll(_gate);
    }

    private void Read()
    {
        ExamplePass? pass = null;
        ExceptionDispatchInfo? failure = CatchFailure(() =>
        {
            // It may be cancelled before this thread starts.
            if (_stopping || _cancellationToken.IsCancellationRequested)
                return;
            pass = new ExamplePass(_rows);
            ReadToEnd(pass);
        });
        // If there are two failures, the first one is the cause.
        ExceptionDispatchInfo? failureToClose = CatchFailure(() => pass?.Dispose());
        lock (_gate)
        {
            _failure = failure ?? failureToClose;
            _ended = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void ReadToEnd(ExamplePass pass)
    {
        Func<bool> isStopping = () => _stopping;
        bool more = true;
        while (more && WaitForRoom() is { } chunk)
        {
            try
            {
                more = chunk.Fill(pass, isStopping);
            }
            finally
            {
                if (chunk.Count > 0)
                    Publish();
            }
        }
    }

    private ExampleChunk? WaitForRoom()
    {
        lock (_gate)
        {
            while (_filled - _released == Chunks && !_stopping)
                Monitor.Wait(_gate);
            return _stopping ? null : _chunks[_filled % Chunks];
        }
    }

    private void Publish()
    {
        lock (_gate)
        {
            _filled++;
            Monitor.PulseAll(_gate);
        }
    }

    private static ExceptionDispatchInfo? CatchFailure(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (Exception exception)
        {
            return ExceptionDispatchInfo.Capture(exception);
        }
    }
}
