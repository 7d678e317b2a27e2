using Microsoft.ML;

namespace MLNet.DeepExt.Data;

/// <summary>A yes or no, which is the class of a row: no is class 0, yes is class 1.</summary>
internal sealed class BooleanLabel(string name) : LabelForm(name, size: 2, targetWidth: 0)
{
    public override string Describe() => "holds a yes or no";

    public override LabelReader Open(DataViewRowCursor cursor) => new Reader(cursor.GetGetter<bool>(cursor.Schema[Name]));

    private sealed class Reader(ValueGetter<bool> getter) : LabelReader
    {
        private bool _yes;

        public override int Class => _yes ? 1 : 0;

        public override bool Read()
        {
            getter(ref _yes);
            return true;
        }
    }
}
