using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Training;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Data.Oversampling;

/// <summary>Puts synthetic features in the place of those of the row that they start from.</summary>
/// <param name="places">Of each row of a class that gets synthetic ones: the class, and which of its rows it is.</param>
/// <param name="random">What is drawn from.</param>
internal sealed class SyntheticRows(IReadOnlyDictionary<long, (MinorityClass Class, int Row)> places, CounterRandom random)
    : ColumnChange<VBuffer<float>>, IRowChanger<VBuffer<float>>
{
    /// <summary>As many versions of each row as synthetic rows start from it, and not the row itself.</summary>
    public RowVersions Versions { get; } = new(
        row => (1, places.TryGetValue(row, out (MinorityClass Class, int Row) place) ? place.Class.SyntheticOf(place.Row) : 0),
        _ => places.Values.Sum(place => (long)place.Class.SyntheticOf(place.Row)));

    public override void Check(IExceptionContext context, DataViewSchema.Column input)
    {
        // Done by who read the rows.
    }

    public void Change(long row, int copy, in VBuffer<float> input, ref VBuffer<float> output)
    {
        (MinorityClass minority, int place) = places[row];
        VBufferEditor<float> editor = VBufferEditor.Create(ref output, input.Length);
        input.CopyTo(editor.Values);
        if (!minority.Has(place, editor.Values))
            throw NotTheSame(FormattableString.Invariant($"Row {row + 1} has other features now than when its neighbors were found"));
        minority.Synthesize(place, random.Derive((ulong)row).Derive((ulong)copy), editor.Values);
        output = editor.Commit();
    }

    /// <summary>What to say where data is not what it was when it was read before.</summary>
    public static InvalidOperationException NotTheSame(string fact) => new(
        $"{fact}, so that synthetic rows would be made of rows that are not theirs; "
        + "oversample data that stays the same, such as what Cache of the context's data operations makes of it.");

    private protected override IRowChanger<VBuffer<float>> CreateChanger() => this;
}
