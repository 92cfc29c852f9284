// Hooks of Dredd, as a user would write them: the documented refusals have no request that leads to them, and
// webhooks 1 and 983, as the document's samples name them, are there before each of the others.
const hooks = require('hooks');
const http = require('http');

const WEBHOOK = {
  Name: 'deals', Events: ['sale.created'], TargetUrl: 'http://127.0.0.1:9/', Secret: 's3cr3t',
  Type: 'webhook', State: 'Active', Headers: {Headers1: 'nam', Headers2: 'rerum'}, Properties: {queue: 'deals'},
};

hooks.beforeEach((transaction, done) => {
  if (!transaction.expected.statusCode.startsWith('2')) {
    transaction.skip = true;
    done();
    return;
  }
  const place = {host: transaction.host, port: transaction.port, path: '/_mock/snapshot', method: 'PUT'};
  const request = http.request({...place, headers: {'Content-Type': 'application/json'}}, (answer) => {
    answer.resume();
    answer.on('end', () => done());
  });
  request.end(JSON.stringify({webhooks: [1, 983].map((id) => ({WebhookId: id, ...WEBHOOK}))}));
});
