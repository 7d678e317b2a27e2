using MLNet.DeepExt.Neural.Augmentations;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>Inputs that follow one another.</summary>
/// <param name="Input">The first one.</param>
/// <param name="Count">How many.</param>
/// <param name="Output">Where the outputs of the first one begin.</param>
/// <param name="Column">The number of the first one among those that are encoded; of inputs that pass, how many encoded ones are before it.</param>
internal readonly record struct ColumnRun(int Input, int Count, int Output, int Column);

/// <summary>Which inputs of an <see cref="InputEncoder"/> are encoded, which pass, and where their outputs stand.</summary>
internal sealed class ColumnLayout
{
    /// <param name="encoder">The encoder.</param>
    /// <param name="inputs">How many inputs it has.</param>
    /// <exception cref="ArgumentException">The encoder cannot read so many inputs.</exception>
    public ColumnLayout(InputEncoder encoder, int inputs)
    {
        encoder.OutputShape(inputs); // throws what it refuses
        (Inputs, Numbers) = (inputs, encoder.NumbersPerColumn);
        var encoded = new List<ColumnRun>();
        var passed = new List<ColumnRun>();
        int input = 0, output = 0, column = 0;
        foreach (SlotRange range in encoder.Columns ?? [new SlotRange(0, inputs)])
        {
            Pass(range.First);
            encoded.Add(new ColumnRun(range.First, range.Count, output, column));
            input += range.Count;
            column += range.Count;
            output += range.Count * Numbers;
        }

        Pass(inputs);
        (Encoded, Passed, Columns, Outputs) = ([.. encoded], [.. passed], column, output);

        void Pass(int end)
        {
            if (end > input)
                passed.Add(new ColumnRun(input, end - input, output, column));
            output += end - input;
            input = end;
        }
    }

    /// <summary>How many inputs there are.</summary>
    public int Inputs { get; }

    /// <summary>How many outputs there are.</summary>
    public int Outputs { get; }

    /// <summary>How many inputs are encoded.</summary>
    public int Columns { get; }

    /// <summary>Outputs of each of them.</summary>
    public int Numbers { get; }

    /// <summary>The inputs that are encoded.</summary>
    public ColumnRun[] Encoded { get; }

    /// <summary>The inputs that pass.</summary>
    public ColumnRun[] Passed { get; }

    /// <summary>(columns): which input each encoded one is. Made when it is first needed: a description in a file is checked before.</summary>
    public int[] InputOf => field ??= [.. EncodedInputs];

    /// <summary>(columns): where the outputs of each begin.</summary>
    public int[] OutputOf => field ??=
        [.. Encoded.SelectMany(run => Enumerable.Range(0, run.Count).Select(i => run.Output + i * Numbers))];

    /// <summary>The inputs that are encoded, in order.</summary>
    public IEnumerable<int> EncodedInputs => Encoded.SelectMany(run => Enumerable.Range(run.Input, run.Count));

    /// <summary>Copies the inputs that pass to their places among the outputs.</summary>
    public void Pass<T>(ReadOnlySpan<T> x, Span<T> y)
    {
        foreach (ColumnRun run in Passed)
            x.Slice(run.Input, run.Count).CopyTo(y[run.Output..]);
    }

    /// <summary>Copies the gradient of the outputs that are inputs which pass.</summary>
    public void PassBack<T>(ReadOnlySpan<T> dy, Span<T> dx)
    {
        foreach (ColumnRun run in Passed)
            dy.Slice(run.Output, run.Count).CopyTo(dx[run.Input..]);
    }

    /// <summary>Describes the encoded columns, each as often as it is wanted, one after the other: (rows, columns · times).</summary>
    public string DescribeColumns(IOperatorGraph graph, string x, int times)
    {
        long[] inputs = [.. EncodedInputs.SelectMany(input => Enumerable.Repeat((long)input, times))];
        return times == 1 && Passed.Length == 0 ? x : Gather(graph, x, "columns", inputs);
    }

    /// <summary>Describes the outputs: what was made of the columns in their places, and between them the inputs that pass.</summary>
    /// <param name="graph">Where to.</param>
    /// <param name="x">The inputs, (rows, inputs).</param>
    /// <param name="encoded">(rows, columns · numbers).</param>
    public string DescribeOutputs(IOperatorGraph graph, string x, string encoded)
    {
        if (Passed.Length == 0)
            return encoded;
        var places = new long[Outputs];
        foreach (ColumnRun run in Passed)
        {
            for (int i = 0; i < run.Count; i++)
                places[run.Output + i] = run.Input + i;
        }

        foreach (ColumnRun run in Encoded)
        {
            for (int i = 0; i < run.Count * Numbers; i++)
                places[run.Output + i] = Inputs + (long)run.Column * Numbers + i;
        }

        return Gather(graph, graph.Operator("Concat", [x, encoded], [new OperatorAttribute("axis", 1)]), "places", places);
    }

    private static string Gather(IOperatorGraph graph, string x, string name, long[] places) =>
        graph.Operator("Gather", [x, graph.Constant(name, places)], [new OperatorAttribute("axis", 1)]);
}
