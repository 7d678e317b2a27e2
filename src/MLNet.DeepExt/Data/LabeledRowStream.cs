using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Neural.Data;

namespace MLNet.DeepExt.Data;

/// <summary>The rows of a data view that can be learned from, read with a cursor of their own for every epoch.</summary>
/// <remarks>A cursor that is opened without random numbers gives the rows in the same order each time.</remarks>
internal sealed class LabeledRowStream(IHost host, IDataView data, LabeledColumns columns, DataPurpose purpose)
    : ExampleStream(((VectorDataViewType)data.Schema[columns.FeatureName].Type).Size)
{
    private bool _isReported;

    public override ExampleReader Open() => new Reader(this, new LabeledRowCursor(host, data, columns));

    // The first reading that comes to its end has seen everything; what is wrong with the rows is said once.
    private void Report(RowTally tally)
    {
        if (_isReported)
            return;
        _isReported = true;
        tally.Report(host, purpose);
    }

    private sealed class Reader(LabeledRowStream stream, LabeledRowCursor cursor) : ExampleReader
    {
        public override int Class => cursor.Class;

        public override float Weight => cursor.Weight;

        public override bool MoveNext()
        {
            if (cursor.MoveNext())
                return true;
            stream.Report(cursor.Tally);
            return false;
        }

        public override void CopyFeatures(Span<float> destination) => cursor.Features.CopyTo(destination);

        public override void Dispose() => cursor.Dispose();
    }
}
