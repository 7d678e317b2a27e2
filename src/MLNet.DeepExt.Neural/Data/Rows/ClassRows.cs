using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Statistics;

namespace MLNet.DeepExt.Neural.Data;

/// <summary>A class for each row.</summary>
internal sealed class ClassRows : TargetRows
{
    /// <param name="classes">(rows): counted from 0.</param>
    /// <exception cref="ArgumentException">A class is negative.</exception>
    public ClassRows(int[] classes)
    {
        ArgumentNullException.ThrowIfNull(classes);
        int negative = Array.FindIndex(classes, label => label < 0);
        if (negative >= 0)
            throw new ArgumentException($"Row {negative} has class {classes[negative]}; classes are counted from 0.", nameof(classes));
        Classes = classes;
    }

    /// <summary>(rows).</summary>
    public int[] Classes { get; }

    public override int Count => Classes.Length;

    public override int Width => 0;

    public override int StratumOf(int row) => Classes[row];

    public override void Read(int row, ExamplePass pass) => Classes[row] = pass.Class;

    public override void AddTo(InputStatistics statistics, int row, ReadOnlySpan<float> features) => statistics.Add(features, Classes[row]);

    public override void CopyTo(int row, TargetRows destination, int place) => ((ClassRows)destination).Classes[place] = Classes[row];

    public override void CopyTo(int row, Target<float> target, int place) => target.Classes[place] = Classes[row];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Gather(ReadOnlySpan<long> rows, Target<float> target, int from, int to)
    {
        Span<int> classes = target.Classes;
        for (int i = from; i < to; i++)
            classes[i] = Classes[(int)rows[i]];
    }

    public override string? FaultOf(TargetCheck check, string name, Func<int, bool> isUsed)
    {
        int largest = Classes.Max();
        return check.FaultOfClass(largest) is { } fault ? $"The {name} rows have class {largest} but {fault}." : null;
    }
}
