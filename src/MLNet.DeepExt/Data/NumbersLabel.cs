using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Interop.Schemas;

namespace MLNet.DeepExt.Data;

/// <summary>
/// Several numbers, which are to be predicted. NaN and infinities are missing: nothing is learned of such a number, and a row without any
/// other has no label.
/// </summary>
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
            // What a sparse vector leaves out is 0, a number.
            if (!_numbers.IsDense)
                return true;
            foreach (float number in _numbers.GetValues())
            {
                if (float.IsFinite(number))
                    return true;
            }

            return false;
        }

        public override InvalidOperationException? FindFault() => VectorLength.FindFault(form.Name, form.Size, _numbers.Length);

        public override void CopyTarget(Span<float> destination)
        {
            _numbers.CopyTo(destination);
            foreach (ref float number in destination)
            {
                if (float.IsInfinity(number))
                    number = float.NaN;
            }
        }
    }
}
