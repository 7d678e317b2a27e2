using MLNet.DeepExt.Neural.Data;

namespace MLNet.DeepExt.Neural.Tests.TestSupport;

/// <summary>Rows in memory as a stream, which can be made to fail, to change, and to say what is done with it.</summary>
internal sealed class RowsStream(LabeledRows rows) : ExampleStream(rows.Width, rows.TargetWidth)
{
    private int _openings;
    private int _openReaders;

    /// <summary>Is told the number of each opening, from 1.</summary>
    public Action<int>? OnOpen { get; init; }

    /// <summary>Is told opening and row, before each row.</summary>
    public Action<int, int>? OnRow { get; init; }

    /// <summary>Is told the number of the opening that is closed.</summary>
    public Action<int>? OnClose { get; init; }

    /// <summary>How many rows an opening gives; all if left out.</summary>
    public Func<int, int>? CountOf { get; init; }

    /// <summary>Which row an opening gives at a place; the one of that number if left out.</summary>
    public Func<int, int, int>? RowAt { get; init; }

    public int Openings => Volatile.Read(ref _openings);

    /// <summary>Readers that were opened and have not been closed.</summary>
    public int OpenReaders => Volatile.Read(ref _openReaders);

    public override ExampleReader Open()
    {
        int opening = Interlocked.Increment(ref _openings);
        OnOpen?.Invoke(opening);
        Interlocked.Increment(ref _openReaders);
        return new Reader(this, rows, opening);
    }

    private sealed class Reader(RowsStream stream, LabeledRows rows, int opening) : ExampleReader
    {
        private readonly int _count = stream.CountOf?.Invoke(opening) ?? rows.Count;
        private int _place = -1;
        private int _row;

        public override int Class =>
            rows.TargetWidth == 0 ? rows.Classes[_row] : throw new NotSupportedException("A row of numbers has no class.");

        public override float Weight => rows.WeightOf(_row);

        public override bool MoveNext()
        {
            if (++_place >= _count)
                return false;
            _row = stream.RowAt?.Invoke(opening, _place) ?? _place;
            stream.OnRow?.Invoke(opening, _place);
            return true;
        }

        public override void CopyFeatures(Span<float> destination) => rows.Features.CopyTo(_row, destination);

        public override void CopyTarget(Span<float> destination) => ((ValueRows)rows.Targets).Row(_row).CopyTo(destination);

        public override void Dispose()
        {
            Interlocked.Decrement(ref stream._openReaders);
            stream.OnClose?.Invoke(opening);
        }
    }
}
