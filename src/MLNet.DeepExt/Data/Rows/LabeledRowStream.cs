using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Neural.Data;

namespace MLNet.DeepExt.Data;

/// <summary>The rows of a data view that can be learned from, read with a cursor of their own for every epoch.</summary>
/// <remarks>A cursor that is opened without random numbers gives the rows in the same order each time.</remarks>
/// <param name="host">Who reads.</param>
/// <param name="data">What to read.</param>
/// <param name="columns">What of it to read.</param>
/// <param name="purpose">What the rows are read for.</param>
/// <param name="cancellationToken">Where it is cancelled, the next row throws <see cref="ReadingCancelledException"/>.</param>
internal sealed class LabeledRowStream(
    IHost host, IDataView data, LabeledColumns columns, DataPurpose purpose, CancellationToken cancellationToken)
    : ExampleStream(((VectorDataViewType)data.Schema[columns.FeatureName].Type).Size, columns.Label.TargetWidth)
{
    private bool _isReported;

    /// <summary>Whether to warn where rows are streamed that would be kept without their zeros in memory.</summary>
    public bool WarnsOfZeros { get; init; }

    /// <summary>Receives the features of the first rows, and warns by them; null for no warnings.</summary>
    public SlotScales? Scales { get; init; }

    public override ExampleReader Open() => new Reader(this, new LabeledRowCursor(host, data, columns, cancellationToken));

    // The first reading that comes to its end has seen everything; what is wrong with the rows is said once.
    private void Report(RowTally tally, long nonZeros)
    {
        if (_isReported)
            return;
        _isReported = true;
        tally.Report(host, purpose);
        Scales?.Report(host, data.Schema[columns.FeatureName]);
        if (WarnsOfZeros && SparseForm.Suits(Width, tally.Used, nonZeros))
        {
            host.Warn(
                "Reading data",
                $"{nonZeros} of the {tally.Used * Width} features of the {purpose.Name} are not 0, but all " +
                "are written out while they are streamed; set DataMode to InMemory if they fit without their zeros.");
        }
    }

    private sealed class Reader(LabeledRowStream stream, LabeledRowCursor cursor) : ExampleReader
    {
        private readonly bool _countsNonZeros = stream.WarnsOfZeros && !stream._isReported;
        private long _nonZeros;

        public override int Class => cursor.Class;

        public override float Weight => cursor.Weight;

        public override bool MoveNext()
        {
            if (cursor.MoveNext())
            {
                if (_countsNonZeros)
                    _nonZeros += SparseForm.CountNonZeros(cursor.Features.GetValues());
                if (!stream._isReported)
                    stream.Scales?.Add(in cursor.Features);
                return true;
            }

            stream.Report(cursor.Tally, _nonZeros);
            return false;
        }

        public override void CopyTarget(Span<float> destination) => cursor.CopyTarget(destination);

        public override void CopyFeatures(Span<float> destination) => cursor.Features.CopyTo(destination);

        public override void Dispose() => cursor.Dispose();
    }
}
