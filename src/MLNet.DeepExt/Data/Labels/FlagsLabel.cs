using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Interop.Schemas;

namespace MLNet.DeepExt.Data;

/// <summary>
/// Several questions, each answered by 1 for yes, 0 for no, or NaN if unknown. A row without any answer has no label.
/// </summary>
/// <param name="name">The column's name.</param>
/// <param name="size">How many questions.</param>
/// <param name="areBooleans">Whether the column holds <see cref="bool"/>, which cannot be missing; else <see cref="float"/>.</param>
internal sealed class FlagsLabel(string name, int size, bool areBooleans) : LabelForm(name, size, targetWidth: size)
{
    public override string Describe() => $"holds {Size} labels";

    public override LabelReader Open(DataViewRowCursor cursor) => areBooleans
        ? new BooleanReader(this, cursor.GetGetter<VBuffer<bool>>(cursor.Schema[Name]))
        : new NumberReader(this, cursor.GetGetter<VBuffer<float>>(cursor.Schema[Name]));

    private sealed class BooleanReader(FlagsLabel form, ValueGetter<VBuffer<bool>> getter) : LabelReader
    {
        private VBuffer<bool> _flags;

        public override bool Read()
        {
            getter(ref _flags);
            return true;
        }

        public override InvalidOperationException? FindFault() => VectorLength.FindFault(form.Name, form.Size, _flags.Length);

        public override void CopyTarget(Span<float> destination)
        {
            destination.Clear();
            foreach ((int slot, bool flag) in _flags.Items())
                destination[slot] = flag ? 1 : 0;
        }
    }

    private sealed class NumberReader(FlagsLabel form, ValueGetter<VBuffer<float>> getter) : LabelReader
    {
        private VBuffer<float> _flags;

        public override bool Read()
        {
            getter(ref _flags);
            // What a sparse vector leaves out is 0, an answer.
            return !_flags.IsDense || _flags.GetValues().ContainsAnyExcept(float.NaN);
        }

        public override InvalidOperationException? FindFault()
        {
            if (VectorLength.FindFault(form.Name, form.Size, _flags.Length) is { } fault)
                return fault;
            foreach (float flag in _flags.GetValues())
            {
                if (flag is not (0 or 1 or float.NaN))
                {
                    return new InvalidOperationException(string.Create(
                        CultureInfo.InvariantCulture,
                        $"Label column '{form.Name}' must hold 1 for yes, 0 for no or NaN for unknown but a row holds {flag}."));
                }
            }

            return null;
        }

        public override void CopyTarget(Span<float> destination) => _flags.CopyTo(destination);
    }
}
