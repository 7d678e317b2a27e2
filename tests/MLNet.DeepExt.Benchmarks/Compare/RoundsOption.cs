using System.CommandLine;

namespace MLNet.DeepExt.Benchmarks.Compare;

/// <summary>How often everything is measured: at least once.</summary>
internal static class RoundsOption
{
    public static Option<int> Create(string description, int usual)
    {
        var option = new Option<int>("--rounds") { Description = description, DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: string text }] && int.TryParse(text, out int rounds) && rounds < 1)
                result.AddError($"--rounds must be 1 or more but is {rounds}; leave it out for {usual}.");
        });
        return option;
    }
}
