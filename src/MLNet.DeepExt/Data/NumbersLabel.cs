using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Interop.Schemas;

namespace MLNet.DeepExt.Data;

/// <summary>Several numbers, all of which are to be predicted. A row that has a NaN or an infinity among them has no label.</summary>
internal sealed class NumbersLabel(string name, int size) : LabelForm(name, size, targetWidth: size)
{
    public override string Describe() => $"holds {Size} numbers";

    public override LabelReader Open(DataViewRowCursor cursor) => new Reader(this, cursor.GetGetter<VBuffer<float>>(cursor.Schema[Name]));

    private sealed class Reader(NumbersLabel form, ValueGetter<VBuffer<float>> getter) : LabelReader
    {
        private VBuffer<float> _numbers;

        public override bool Read()
        {
            getter(ref _numbers);
            return FiniteValues.Only(in _numbers);
        }

        public override InvalidOperationException? FindFault() => VectorLength.FindFault(form.Name, form.Size, _numbers.Length);

        public override void CopyTarget(Span<float> destination) => _numbers.CopyTo(destination);
    }
}
