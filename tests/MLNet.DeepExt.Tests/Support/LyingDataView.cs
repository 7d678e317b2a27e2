using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.DeepExt.Tests.Support;

/// <summary>A data view that promises another type of one column than its values have.</summary>
internal sealed class LyingDataView : IDataView
{
    private readonly IDataView _truth;

    public LyingDataView(IDataView truth, string columnName, DataViewType promisedType, DataViewSchema.Annotations? annotations = null)
    {
        _truth = truth;
        var builder = new DataViewSchema.Builder();
        foreach (DataViewSchema.Column column in truth.Schema)
        {
            bool isPromised = column.Name == columnName;
            builder.AddColumn(column.Name, isPromised ? promisedType : column.Type, isPromised ? annotations : null);
        }

        Schema = builder.ToSchema();
    }

    public bool CanShuffle => false;

    public DataViewSchema Schema { get; }

    public static LyingDataView AboutLength(IDataView truth, int length) =>
        new(truth, "Features", new VectorDataViewType(NumberDataViewType.Single, length));

    public long? GetRowCount() => _truth.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(this, _truth.GetRowCursor(columnsNeeded.Select(column => _truth.Schema[column.Index])));

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(LyingDataView view, DataViewRowCursor truth) : DataViewRowCursor
    {
        public override DataViewSchema Schema => view.Schema;

        public override long Position => truth.Position;

        public override long Batch => truth.Batch;

        public override bool MoveNext() => truth.MoveNext();

        public override ValueGetter<DataViewRowId> GetIdGetter() => truth.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => truth.IsColumnActive(truth.Schema[column.Index]);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
            truth.GetGetter<TValue>(truth.Schema[column.Index]);

        protected override void Dispose(bool disposing)
        {
            truth.Dispose();
            base.Dispose(disposing);
        }
    }
}
