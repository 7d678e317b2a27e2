using MLNet.DeepExt.Neural.Augmentations;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>A range of consecutive inputs.</summary>
/// <param name="Input">The first input.</param>
/// <param name="Count">The number of inputs.</param>
/// <param name="Output">The first output of the first input.</param>
/// <param name="Column">The index of the first input among the encoded inputs. For inputs that pass unchanged, the number of encoded inputs before
/// it.</param>
internal readonly record struct ColumnRun(int Input, int Count, int Output, int Column);

/// <summary>The inputs of an <see cref="InputEncoder"/> that are encoded, those that pass unchanged, and the positions of their outputs.</summary>
internal sealed class ColumnLayout
{
    /// <param name="encoder">The encoder.</param>
    /// <param name="inputs">The number of its inputs.</param>
    /// <exception cref="ArgumentException">The encoder cannot read this number of inputs.</exception>
    public ColumnLayout(InputEncoder encoder, int inputs)
    {
        encoder.OutputShape(inputs); // throws if the encoder cannot read the inputs
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

    /// <summary>The number of inputs.</summary>
    public int Inputs { get; }

    /// <summary>The number of outputs.</summary>
    public int Outputs { get; }

    /// <summary>The number of encoded inputs.</summary>
    public int Columns { get; }

    /// <summary>The number of outputs of each encoded input.</summary>
    public int Numbers { get; }

    /// <summary>The ranges of inputs that are encoded.</summary>
    public ColumnRun[] Encoded { get; }

    /// <summary>The ranges of inputs that pass unchanged.</summary>
    public ColumnRun[] Passed { get; }

    /// <summary>(columns): the input index of each encoded column. Created on first use, because a network description from a file is validated
    /// first.</summary>
    public int[] InputOf => field ??= [.. EncodedInputs];

    /// <summary>(columns): the first output of each encoded column.</summary>
    public int[] OutputOf => field ??=
        [.. Encoded.SelectMany(run => Enumerable.Range(0, run.Count).Select(i => run.Output + i * Numbers))];

    /// <summary>The indices of the inputs that are encoded, in order.</summary>
    public IEnumerable<int> EncodedInputs => Encoded.SelectMany(run => Enumerable.Range(run.Input, run.Count));

    /// <summary>Copies the inputs that pass unchanged to the outputs.</summary>
    public void Pass<T>(ReadOnlySpan<T> x, Span<T> y)
    {
        foreach (ColumnRun run in Passed)
            x.Slice(run.Input, run.Count).CopyTo(y[run.Output..]);
    }

    /// <summary>Copies the gradients of the inputs that pass unchanged.</summary>
    public void PassBack<T>(ReadOnlySpan<T> dy, Span<T> dx)
    {
        foreach (ColumnRun run in Passed)
            dy.Slice(run.Output, run.Count).CopyTo(dx[run.Input..]);
    }

    /// <summary>Writes the ONNX operators that repeat each encoded column several times: (rows, columns · times).</summary>
    public string EmitColumns(IOperatorGraph graph, string x, int times)
    {
        long[] inputs = [.. EncodedInputs.SelectMany(input => Enumerable.Repeat((long)input, times))];
        return times == 1 && Passed.Length == 0 ? x : Gather(graph, x, "columns", inputs);
    }

    /// <summary>Writes the ONNX operators that merge the encoded columns and the inputs that pass unchanged, in the order of the outputs.</summary>
    /// <param name="graph">The graph to write to.</param>
    /// <param name="x">The inputs, (rows, inputs).</param>
    /// <param name="encoded">The encoded columns, (rows, columns · numbers).</param>
    public string EmitOutputs(IOperatorGraph graph, string x, string encoded)
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
