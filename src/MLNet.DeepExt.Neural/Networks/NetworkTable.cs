using System.Globalization;
using System.Text;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Networks;

/// <summary>A network as a readable table: each layer with its outputs and parameters, inner layers below the outer layer.</summary>
internal static class NetworkTable
{
    private const int LeastWidth = 24;

    public static string Of(NetworkSpec spec)
    {
        var rows = new List<Row> { new("Input", spec.Program.Input, 0) };
        var parameters = spec.Program.Leaves.ToDictionary(
            operation => operation.Name, operation => operation.Layer.Parameters.Sum(slot => (long)slot.Shape.Count));
        var names = new Queue<string>(spec.LayerNames);
        Add(spec.Layers, spec.Program.Input, "");
        rows.Add(new Row("Total", spec.OutputShape, spec.ParameterCount));

        int width = Math.Max(LeastWidth, rows.Max(row => row.Layer.Length));
        var table = new StringBuilder().Append("Layer".PadRight(width)).Append(CultureInfo.InvariantCulture, $" {"Outputs",10} {"Parameters",12}\n");
        foreach (Row row in rows)
            table.Append(row.Layer.PadRight(width)).Append(CultureInfo.InvariantCulture, $" {row.Shape,10} {row.Parameters,12:N0}").Append('\n');
        return table.ToString().TrimEnd();

        void Add(IEnumerable<LayerSpec> layers, TensorShape shape, string indent, bool isParallel = false)
        {
            foreach (LayerSpec layer in layers)
            {
                string name = names.Dequeue();
                TensorShape output = layer.OutputShape(shape);
                if (layer is CompositeSpec composite)
                {
                    string head = composite is Members members ? FormattableString.Invariant($"Members({members.Count})") : layer.GetType().Name;
                    rows.Add(new Row(indent + (layer.Name is null ? head : $"{head} {layer.Name}"), output, null));
                    Add(composite.Layers, composite.InnerShape(shape), indent + "  ", composite.IsParallel);
                }
                else
                {
                    rows.Add(new Row($"{indent}{layer}", output, parameters[name]));
                }

                if (!isParallel)
                    shape = output;
            }
        }
    }

    // The parameters of a composite layer are listed with its inner layers.
    private readonly record struct Row(string Layer, TensorShape Outputs, long? Parameters)
    {
        public string Shape => Outputs.Lines == 1 ? Outputs.Width.ToString("N0", CultureInfo.InvariantCulture) : Outputs.ToString();
    }
}
