using Microsoft.ML;
using MLNet.DeepExt.Interop.Schemas;

namespace MLNet.DeepExt.Data;

/// <summary>
/// One number, whatever its type, which is to be predicted. NaN and infinities are missing, as they are to the trainers of ML.NET.
/// </summary>
internal sealed class NumberLabel(string name) : LabelForm(name, size: 1, targetWidth: 1)
{
    public override string Describe() => "holds 1 number";

    public override LabelReader Open(DataViewRowCursor cursor) => new Reader(NumberGetters.OfSingle(cursor, cursor.Schema[Name]));

    private sealed class Reader(ValueGetter<float> getter) : LabelReader
    {
        private float _number;

        public override bool Read()
        {
            getter(ref _number);
            return float.IsFinite(_number);
        }

        public override void CopyTarget(Span<float> destination) => destination[0] = _number;
    }
}
